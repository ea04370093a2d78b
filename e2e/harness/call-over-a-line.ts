/** Five people who speak one after the other; the first has a line of her own, which a test may make worse. */
import { aNetworkLab } from '@plenum/testkit/network-lab/testing';
import { aBrowser, aPage } from './chromium.ts';
import { installSpeaker } from './line-probe.ts';
import { MeetingPage } from './meeting-page.ts';
import { aServer } from './server.ts';

export const fivePeople = ['Ann', 'Ben', 'Cleo', 'Dan', 'Eve'] as const;

export async function aCallOverALine() {
  const lab = await aNetworkLab();
  const server = await aServer({
    host: lab.address,
    flags: ['--relay', 'off'],
  });
  const line = await lab.site({ nat: 'none' });
  const flags = [
    `--unsafely-treat-insecure-origin-as-secure=${server.url}`,
    '--autoplay-policy=no-user-gesture-required',
  ];
  const far = await aBrowser({ flags, launcher: line.launcher });
  const near = await aBrowser({ flags });
  const join = async (name: string, turn: number) => {
    const page = await aPage(name === 'Ann' ? far : near, { viewport: { width: 1000, height: 700 } });
    await installSpeaker(page, {
      tone: 300 + 200 * turn,
      turn,
      turns: fivePeople.length,
      turnMs: 2_000,
      width: 640,
      height: 360,
      framesPerSecond: 10,
    });
    const person = new MeetingPage(page, server.url, 'standup');
    await person.open();
    await person.join(name);
    return person;
  };
  const ann = await join('Ann', 0);
  for (const [index, name] of fivePeople.slice(1).entries()) await join(name, index + 1);
  return { line, ann };
}
