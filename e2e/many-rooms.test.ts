/** Many calls at once: what belongs to one room is never in another. */
import { expect, onTestFinished, test } from 'vitest';
import { LoadClient } from '../bench/load-client/load-client.ts';
import { aBrowser, aPage } from './harness/chromium.ts';
import { untilAllSeeAndHear } from './harness/media.ts';
import { lowQuality, MeetingPage } from './harness/meeting-page.ts';
import { nothing } from './harness/metrics.ts';
import { NativeParticipant } from './harness/native-participant.ts';
import { aServer, type TestServer } from './harness/server.ts';

const soon = { timeout: 60_000 };
const browserRooms = ['amber', 'birch', 'cedar'];
const nativeRooms = ['dune', 'elm', 'fern', 'gorse', 'hazel', 'ivy', 'juniper'];

type People = ReadonlyMap<string, MeetingPage>;

async function aRoomOfBrowsers(server: TestServer, room: string): Promise<People> {
  const browser = await aBrowser();
  const people = new Map<string, MeetingPage>();
  for (const number of [1, 2, 3]) {
    const visitor = new MeetingPage(await aPage(browser), server.url, room, lowQuality);
    await visitor.open();
    await visitor.join(`${room} ${number}`);
    people.set(`${room} ${number}`, visitor);
  }
  return people;
}

async function aLoadClient(): Promise<LoadClient> {
  const client = await LoadClient.start();
  onTestFinished(() => client.close());
  return client;
}

/** A participant whose packets carry a number of its own. */
interface Tagged {
  readonly participant: NativeParticipant;
  readonly tag: number;
}

async function aRoomOfNatives(
  server: TestServer,
  loadClient: LoadClient,
  room: string,
  firstTag: number,
): Promise<readonly Tagged[]> {
  const people: Tagged[] = [];
  for (const tag of [firstTag, firstTag + 1, firstTag + 2]) {
    const participant = await NativeParticipant.join({
      serverUrl: server.url,
      room,
      name: `${room} ${tag}`,
      loadClient,
      camera: { tag, simulcast: true, shape: { framesPerSecond: 5, packetsPerFrame: 1 } },
      microphone: { tag },
      peer: { decrypt: true },
    });
    people.push({ participant, tag });
  }
  return people;
}

/** Whose packets came: the tag in each, once for every stream, lowest first. */
async function heardBy({ participant }: Tagged): Promise<readonly number[]> {
  const { received } = await participant.stats();
  return received
    .filter(({ isRepair, packets, tag }) => !isRepair && packets > 0 && tag > 0)
    .map(({ tag }) => tag)
    .sort((a, b) => a - b);
}

async function untilNativesHearTheirRoom(people: readonly Tagged[]): Promise<void> {
  for (const listener of people) {
    const others = people.filter((other) => other !== listener).map(({ tag }) => tag);
    // The microphone and the camera of each.
    const expected = others.flatMap((tag) => [tag, tag]);
    await expect.poll(() => heardBy(listener), soon).toEqual(expected);
    expect(listener.participant.names).toHaveLength(3);
  }
}

test('ten rooms of three are apart from each other', { timeout: 300_000 }, async () => {
  const server = await aServer();
  const loadClient = await aLoadClient();
  const natives: (readonly Tagged[])[] = [];
  for (const [index, room] of nativeRooms.entries()) {
    natives.push(await aRoomOfNatives(server, loadClient, room, 10 * (index + 1)));
  }
  const browsers: People[] = [];
  for (const room of browserRooms) browsers.push(await aRoomOfBrowsers(server, room));

  expect(await server.counts()).toMatchObject({ rooms: 10, participants: 30, commObjects: 10 });
  for (const people of browsers) await untilAllSeeAndHear(people);
  for (const people of natives) await untilNativesHearTheirRoom(people);

  for (const { participant } of natives.flat()) await participant.leave();
  for (const page of browsers.flatMap((people) => [...people.values()])) await page.page.close();
  await expect.poll(() => server.counts(), soon).toEqual(nothing);
});
