/** The one place where the app meets the real world: SDK, devices, loudspeakers, storage, address. */
import { ConferenceClient, createLocalMedia } from '@plenum/client';
import { startApp } from './start.tsx';
import { createBrowserPlayer, playKnock } from './state/browser-audio.ts';
import { browserFamily } from './state/browser-family.ts';
import { createIdentityStore } from './state/identity-store.ts';
import { createLivePorts } from './state/live-ports.ts';
import type { MeetingPorts } from './state/meeting.ts';
import { parsePageAddress } from './state/page-address.ts';

import { browserStorage, createPreferences } from './state/preferences.ts';
import { keepAwake } from './state/wake-lock.ts';

const container = document.getElementById('app');
if (container === null) throw new Error('The page lacks its container.');

const preferences = createPreferences(browserStorage('localStorage'));
const address = parsePageAddress(location.href, document.baseURI);

function createPorts(): MeetingPorts {
  const client = new ConferenceClient({
    serverUrl: address.rootUrl,
    accessToken: address.accessToken,
    identityStore: createIdentityStore(browserStorage('sessionStorage')),
  });
  // The others see at once that one has gone.
  window.addEventListener('pagehide', () => void client.close());
  // A page that comes back from the browser's cache has a closed client.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload();
  });
  // Another token for the same room comes without the page being loaded anew.
  window.addEventListener('hashchange', () => location.reload());
  return {
    client,
    createLocalMedia,
    createPlayer: createBrowserPlayer,
    knock: (speakerId) => void playKnock(speakerId),
    pixelRatio: () => window.devicePixelRatio,
    keepAwake: () => keepAwake(document, navigator),
    preferences,
    browser: browserFamily(navigator.userAgent, navigator.maxTouchPoints),
  };
}

startApp({
  container,
  address,
  createPorts,
  createLivePorts: (place) => createLivePorts(address.rootUrl, place),
  preferences,
  canCall: 'RTCPeerConnection' in window,
  go: (url) => location.assign(url),
});
