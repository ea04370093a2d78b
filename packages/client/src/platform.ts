import { type Clock, type OpenLink, openWebSocketLink, systemClock } from '@plenum/hyperty';
import { type CreatePairLink, createPairLink } from './mesh/pair-link.ts';
import { browserCapabilities, type CreateStarLink, createStarLink } from './star-link.ts';

/** What a client needs of its surroundings; the browser's unless given. */
export interface ClientPlatform {
  readonly openLink: (url: string) => OpenLink;
  readonly createStarLink: CreateStarLink;
  readonly createPairLink: CreatePairLink;
  readonly capabilities: typeof browserCapabilities;
  /** The address of the page, where no `serverUrl` is given. */
  readonly pageUrl: () => string;
  /** Calls back when the network may have changed; what it returns ends that. */
  readonly onNetworkChange: (listener: () => void) => () => void;
  readonly clock: Clock;
  /** How many pictures can be decoded at the same moment, as far as the browser tells. */
  readonly cores: () => number;
}

export const browserPlatform: ClientPlatform = {
  openLink: (url) => openWebSocketLink({ url }),
  createStarLink,
  createPairLink,
  capabilities: browserCapabilities,
  pageUrl: () => document.baseURI,
  onNetworkChange: (listener) => {
    const sources = [[window, 'online'] as const, ...networkInformation()];
    for (const [source, event] of sources) source.addEventListener(event, listener);
    return () => {
      for (const [source, event] of sources) source.removeEventListener(event, listener);
    };
  },
  clock: systemClock,
  // Some browsers do not say.
  cores: () => navigator.hardwareConcurrency || 1,
};

/** Where a browser tells of one network that takes the place of another without a gap (WICG Network Information). */
function networkInformation(): readonly (readonly [EventTarget, 'change'])[] {
  const { connection } = navigator as { readonly connection?: EventTarget };
  return connection === undefined ? [] : [[connection, 'change']];
}
