/** Raised when messages change so that an older peer would misunderstand them; checked when a session opens. */
export const protocolVersion = 1;

/** Seconds: no node keeps a session that lost its link for longer. */
export const longestResumeSeconds = 600;
