/**
 * The app with fakes, to look at each state: `dev.html?room=blue-otter&n=5&state=call`.
 * state: landing, invalid, unsupported, before, call, live (with live: `on`, `unreachable`). n: people, oneself included. fail: code that joining fails
 * with; camera, microphone: code of a device that fails; end: code that the call ends with; interrupted, frozen,
 * blocked: switches; names: `long` or `rtl`; off: nobody has a camera; muted: joins muted.
 * role: owner, moderator, participant, listener (oneself); history: how many lines the chat has; traffic: others go on
 * writing; private: somebody writes to oneself only; nosend: code that sending fails with; hands: how many hands are
 * up; waiting: how many knock; lobby: one is held for that many milliseconds; locked; reason: what a moderator wrote
 * (with `end` or `fail`); invited: another room rings; reconnecting, gone (somebody's link is being mended), mutedby:
 * a moderator mutes oneself; shares: how many share a screen; phone: this browser cannot; files: how many are on their way
 * here, up to 4; reactions: others react all the time; panel: `chat`, `people` or `connection` is open from the start;
 * unreachable: no connection straight to the first; topology, path, pictures: see `fake-connections.ts`; decoding: `smaller`,
 * `fewer`.
 */

import { startApp } from '../src/start.tsx';
import { createBrowserPlayer, playKnock } from '../src/state/browser-audio.ts';
import { browserFamily } from '../src/state/browser-family.ts';
import type { PageAddress, Place } from '../src/state/page-address.ts';
import { createPreferences } from '../src/state/preferences.ts';
import { createFakeClient } from './fake-client.ts';
import { createFakeLocalMedia } from './fake-local-media.ts';

const query = new URLSearchParams(location.search);
const state = query.get('state') ?? 'before';
const room = query.get('room') ?? 'amber-otter-harbour-37';

function placeOf(): Place {
  const url = `https://meet.example.org/${room}`;
  if (state === 'landing') return { name: 'landing' };
  if (state === 'live') return { name: 'live', room, url, key: undefined };
  if (state === 'invalid') return { name: 'invalid-room', room: 'what is this?' };
  return { name: 'room', room, url };
}

const address: PageAddress = {
  place: placeOf(),
  name: query.get('name') ?? 'Ann Lee',
  topology: undefined,
  isLowQuality: false,
  accessToken: undefined,
  rootUrl: 'https://meet.example.org/',
};
const preferences = createPreferences(undefined);
const container = document.getElementById('app');
if (container === null) throw new Error('No container.');

startApp({
  container,
  address,
  preferences,
  canCall: state !== 'unsupported',
  createPorts: () => ({
    client: createFakeClient(query),
    createLocalMedia: () => createFakeLocalMedia(query),
    createPlayer: query.has('blocked') ? createBlockedPlayer : createBrowserPlayer,
    knock: (speakerId) => void playKnock(speakerId),
    pixelRatio: () => devicePixelRatio,
    keepAwake: () => () => undefined,
    preferences,
    browser: browserFamily(navigator.userAgent, navigator.maxTouchPoints),
  }),
  createLivePorts: () => ({
    readStatus: async () => {
      if (query.get('live') === 'unreachable') throw new Error('Nobody answers.');
      return { isLive: query.get('live') === 'on', audience: 12 };
    },
    play: (_video, { onNeed }) => {
      onNeed(query.has('blocked') ? 'sound' : 'nothing');
      return { position: undefined, satisfy: () => onNeed('nothing'), close: () => undefined };
    },
    after: () => () => undefined,
  }),
  go: (url) => document.body.setAttribute('data-went-to', url),
});

function createBlockedPlayer() {
  const play = () => Promise.reject(Object.assign(new Error('Tap first.'), { name: 'NotAllowedError' }));
  return { play, setSpeaker: () => undefined, close: () => undefined };
}

/** Presses a button as soon as it is there. */
function press(matches: (button: HTMLButtonElement) => boolean, then?: () => void): void {
  const timer = setInterval(() => {
    const button = [...document.querySelectorAll('button')].find(matches);
    if (button === undefined) return;
    clearInterval(timer);
    button.click();
    then?.();
  }, 50);
}

const panel = query.get('panel');
if (state === 'call') {
  press(
    ({ textContent }) => textContent === 'Join',
    () => panel !== null && press((button) => button.ariaLabel?.toLowerCase() === panel),
  );
}
