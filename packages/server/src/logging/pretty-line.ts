/** A log line as a person reads it: time, level, message, then the fields. */

/** @param line one line of JSON, as pino writes it. */
export function formatPrettyLine(line: string): string {
  const { time, level, msg, ...fields }: Readonly<Record<string, unknown>> = JSON.parse(line);
  const clock = typeof time === 'string' ? time.slice(11, 19) : '';
  const details = Object.entries(fields).map(([key, value]) => `${key}=${formatValue(value)}`);
  return `${[`${clock} ${String(level).padEnd(5)} ${msg}`, ...details].join('  ')}\n`;
}

function formatValue(value: unknown): string {
  if (typeof value === 'string') return /[\s"=]/.test(value) ? JSON.stringify(value) : value;
  if (typeof value === 'object' && value !== null && 'stack' in value) return `\n${String(value.stack)}`;
  return JSON.stringify(value);
}
