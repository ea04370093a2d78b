/** Fields carry the data, so that the message can stay a constant string. Never tokens; SDP only at debug. */
export type LogFields = Readonly<Record<string, unknown>>;

/** error: a user noticed. warn: something odd was mended. info: one line for each lifecycle transition. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger;
}

export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};
