import { describe, expect, test } from 'vitest';
import { aComputer, mediaOf, quiet } from './media-fixture.ts';

function aDesk() {
  const platform = aComputer();
  return { platform, media: mediaOf(platform) };
}

describe('sharing the screen', () => {
  test('asks for all of its details and for its sound as it is, and leaves out the page itself', async () => {
    const { platform, media } = aDesk();
    const sharing = media.startScreen();
    expect(media.screen.current).toEqual({ name: 'starting' });
    await sharing;
    const [track, sound] = platform.tracks;
    expect(media.screen.current).toEqual({ name: 'on', track, sound });
    expect([track?.contentHint, sound?.contentHint]).toEqual(['detail', 'music']);
    expect(platform.requests).toEqual([
      {
        selfBrowserSurface: 'exclude',
        surfaceSwitching: 'include',
        systemAudio: 'include',
        video: { width: { max: 2560 }, height: { max: 1440 }, frameRate: { ideal: 15, max: 15 } },
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 2 },
      },
    ]);
  });

  test('asks for no more than the options want', async () => {
    const platform = aComputer();
    await mediaOf(platform, { screen: { height: 720, frameRate: 5 } }).startScreen();
    const video = { width: { max: 1280 }, height: { max: 720 }, frameRate: { ideal: 5, max: 5 } };
    expect(platform.requests).toMatchObject([{ video }]);
  });

  test('is without sound where the browser or the person gives none, and goes on when that ends', async () => {
    const { platform, media } = aDesk();
    await media.startScreen();
    platform.tracks[1]?.end();
    expect(media.screen.current).toEqual({ name: 'on', track: platform.tracks[0], sound: undefined });
    media.stopScreen();
    platform.screenChoice = 'silent';
    await media.startScreen();
    expect(media.screen.current).toMatchObject({ name: 'on', sound: undefined });
  });

  test('is over when the person ends it by the browser’s own button', async () => {
    const { platform, media } = aDesk();
    await media.startScreen();
    platform.tracks[0]?.end();
    expect(media.screen.current).toEqual({ name: 'off' });
    expect(platform.liveTracks).toEqual([]);
  });

  test('is over when it is stopped, or the media are closed', async () => {
    const { platform, media } = aDesk();
    await media.startScreen();
    media.stopScreen();
    expect(media.screen.current).toEqual({ name: 'off' });
    await media.startScreen();
    expect(media.screen.current).toMatchObject({ name: 'on' });
    media.close();
    expect(platform.liveTracks).toEqual([]);
    await media.startScreen();
    expect(media.screen.current).toEqual({ name: 'off' });
  });

  test('who chooses nothing has changed their mind, which is no failure', async () => {
    const { platform, media } = aDesk();
    platform.screenChoice = { failure: 'NotAllowedError', message: 'Permission denied by user' };
    await media.startScreen();
    expect(media.screen.current).toEqual({ name: 'off' });
  });

  test.each([
    [
      'the system forbids it',
      { failure: 'NotAllowedError', message: 'Permission denied by system' },
      'permission-denied',
    ],
    ['it cannot be captured', { failure: 'NotReadableError' }, 'device-in-use'],
    ['there was no click', { failure: 'InvalidStateError' }, 'internal'],
  ])('fails where %s', async (_why, choice, code) => {
    const { platform, media } = aDesk();
    platform.screenChoice = choice;
    await media.startScreen();
    expect(media.screen.current).toMatchObject({ name: 'failed', error: { code } });
    media.stopScreen();
    expect(media.screen.current).toEqual({ name: 'off' });
  });

  test('is not to be had on a telephone, nor on an insecure page, and nobody is asked', async () => {
    const { platform, media } = aDesk();
    platform.canShareScreen = false;
    await media.startScreen();
    expect(media.screen.current).toMatchObject({ error: { code: 'device-not-found' } });
    platform.hasMediaDevices = false;
    await media.startScreen();
    expect(media.screen.current).toMatchObject({ error: { code: 'insecure-page' } });
    expect(platform.requests).toEqual([]);
  });

  test('what is chosen after nobody wants it any more is stopped at once', async () => {
    const { platform, media } = aDesk();
    platform.hold();
    const sharing = media.startScreen();
    media.stopScreen();
    platform.release();
    await sharing;
    expect(media.screen.current).toEqual({ name: 'off' });
    expect(platform.liveTracks).toEqual([]);
  });

  test('the person is asked once, also where they start, stop and start again while asked', async () => {
    const { platform, media } = aDesk();
    platform.hold();
    const first = media.startScreen();
    media.stopScreen();
    const second = media.startScreen();
    await quiet();
    platform.release();
    await Promise.all([first, second]);
    await media.startScreen();
    expect(platform.requests).toHaveLength(1);
    expect(media.screen.current).toMatchObject({ name: 'on' });
  });
});
