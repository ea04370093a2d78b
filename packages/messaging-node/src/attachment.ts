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
  handleClosed(): void;
}
