/** The goodbye of a session that was closed while its link was lost: the node would keep it, and its user seem to be there. */
import { type MessageOf, protocolVersion, type RuntimeUrl, wellKnown } from '@plenum/protocol';
import type { Clock } from './clock.ts';
import type { OpenLink } from './link.ts';

export interface GoodbyeOptions {
  readonly url: RuntimeUrl;
  readonly domain: string;
  readonly openLink: OpenLink;
  readonly clock: Clock;
  readonly resumeToken: string;
  readonly withinMs: number;
}

/** One attempt, over a link of its own: takes the session up and ends it. What does not work the node's patience ends. */
export function sayGoodbye({ url, domain, openLink, clock, resumeToken, withinMs }: GoodbyeOptions): void {
  const header = { from: url, to: wellKnown.session(domain) } as const;
  const comeBack = {
    ...header,
    id: 1,
    type: 'create',
    body: { value: { protocolVersion }, resumeToken },
  } satisfies MessageOf<'create'>;
  const end = { ...header, id: 2, type: 'delete', body: {} } satisfies MessageOf<'delete'>;
  const link = openLink({
    onMessage: ({ type, id }) => {
      if (type === 'response' && id === end.id) finish();
    },
    onClosed: () => finish(),
  });
  const stopTimer = clock.after(withinMs, () => finish());
  const finish = () => {
    stopTimer();
    link.close();
  };
  link.send(comeBack);
  link.send(end);
}
