/**
 * The app with fakes, to look at each state: `dev.html?room=blue-otter&n=5&state=call`.
 * state: landing, invalid, unsupported, before, call. n: people, oneself included. fail: code that joining fails
 * with; camera, microphone: code of a device that fails; end: code that the call ends with; interrupted, frozen,
 * blocked, connecting: switches; names: `long` or `rtl`; off: nobody has a camera; muted: joins muted.
 */

import { startApp } from '../src/start.tsx';
import { createBrowserPlayer } from '../src/state/browser-audio.ts';
import { browserFamily } from '../src/state/browser-family.ts';
import type { PageAddress, Place } from '../src/state/page-address.ts';
import { createPreferences } from '../src/state/preferences.ts';
import { createFakeClient } from './fake-client.ts';
import { createFakeLocalMedia } from './fake-local-media.ts';

const query = new URLSearchParams(location.search);
const state = query.get('state') ?? 'before';
const room = query.get('room') ?? 'amber-otter-harbour-37';

function placeOf(): Place {
  if (state === 'landing') return { name: 'landing' };
  if (state === 'invalid') return { name: 'invalid-room', room: 'what is this?' };
  return { name: 'room', room, url: `https://meet.example.org/${room}` };
}

const address: PageAddress = {
  place: placeOf(),
  name: query.get('name') ?? 'Ann Lee',
  topology: undefined,
  isLowQuality: false,
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
    pixelRatio: () => devicePixelRatio,
    keepAwake: () => () => undefined,
    preferences,
    browser: browserFamily(navigator.userAgent, navigator.maxTouchPoints),
  }),
  go: (url) => document.body.setAttribute('data-went-to', url),
});

function createBlockedPlayer() {
  const play = () => Promise.reject(Object.assign(new Error('Tap first.'), { name: 'NotAllowedError' }));
  return { play, setSpeaker: () => undefined, close: () => undefined };
}

if (state === 'call') {
  const join = () => [...document.querySelectorAll('button')].find((button) => button.textContent === 'Join');
  const timer = setInterval(() => {
    const button = join();
    if (button === undefined) return;
    clearInterval(timer);
    button.click();
  }, 50);
}
