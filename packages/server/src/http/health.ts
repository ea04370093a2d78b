/** Whether the server can hold a call now. */

export interface Health {
  /** What keeps it from that, in words for an operator; empty when all is well. */
  readonly reasons: readonly string[];
}

export interface HealthSigns {
  /** Living media workers. */
  readonly workers: number;
  readonly isConferenceServing: boolean;
  readonly isStopping: boolean;
}

export function assessHealth({ workers, isConferenceServing, isStopping }: HealthSigns): Health {
  const reasons = [
    ...(isStopping ? ['the server is stopping'] : []),
    ...(workers === 0 ? ['no media worker is running'] : []),
    ...(isConferenceServing ? [] : ['the conference server is not registered']),
  ];
  return { reasons };
}
