/** How a wire is given to the node. */
export interface AttachOptions {
  /** Where the wire comes from, as limits count it: an address, or an IPv6 /64. */
  readonly origin: string;
  /** Only for the domain's own hyperties: may own any address of the domain, and is not limited. */
  readonly isTrusted?: boolean | undefined;
}

/** What the owner of a wire tells the node. */
export interface Attachment {
  handleText(text: string): void;
  /**
   * The wire is gone, with this WebSocket close code (RFC 6455 section 7.4.1). Where the other side said goodbye (1000, 1001,
   * 1005) its session ends now; otherwise it may come back for a while.
   */
  handleClosed(closeCode: number): void;
}

const goodbyes: ReadonlySet<number> = new Set([1000, 1001, 1005]);

export function isGoodbye(closeCode: number): boolean {
  return goodbyes.has(closeCode);
}
