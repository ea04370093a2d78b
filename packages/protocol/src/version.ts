/** Raised when messages change so that an older peer would misunderstand them; checked when a session opens. */
export const protocolVersion = 1;
