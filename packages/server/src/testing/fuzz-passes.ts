/** Access tokens as fuzzers bring them: good ones of every kind, and ones that are over, for elsewhere, or another server's. */
import { randomBytes } from 'node:crypto';
import { createTokenService, tokenKeyLength } from '@plenum/messaging-node/tokens';
import { roles } from '@plenum/protocol';

type Request = Omit<Parameters<ReturnType<typeof createTokenService>['mintAccess']>[0], 'expires'>;

export const fuzzRooms = Array.from({ length: 8 }, (_, index) => `fuzz-${index}`);

const domain = 'localhost';
const hourMs = 3_600_000;

/** What a fuzzer may come with, besides nothing. */
export interface Passes {
  /** By room: one for each role, and some with more or less than their role. */
  readonly forRoom: ReadonlyMap<string, readonly string[]>;
  readonly forMembers: readonly string[];
  readonly bad: readonly string[];
}

/** @param key The server's own. */
export async function mintPasses(key: Uint8Array): Promise<Passes> {
  const good = (requests: readonly Request[]) => Promise.all(requests.map((each) => mint(each, { key })));
  const forRoom = await Promise.all(
    fuzzRooms.map(async (room) => [room, await good(requestsFor(room))] as const),
  );
  const bad = await Promise.all([
    mint(owner, { key, offsetMs: -2 * hourMs }),
    mint(owner, { key: new Uint8Array(randomBytes(tokenKeyLength)) }),
    mint(owner, { key, place: 'elsewhere.test' }),
    mint({ ...owner, grant: { room: 'elsewhere' } }, { key }),
  ]);
  return {
    forRoom: new Map(forRoom),
    forMembers: await good(members),
    bad: [...bad, 'x'.repeat(4_097), ''],
  };
}

interface Mint {
  readonly key: Uint8Array;
  /** Of its clock. */
  readonly offsetMs?: number;
  readonly place?: string;
}

function mint(request: Request, { key, offsetMs = 0, place = domain }: Mint): Promise<string> {
  const now = () => Date.now() + offsetMs;
  return createTokenService({ key, domain: place, now }).mintAccess({ ...request, expires: now() + hourMs });
}

const owner: Request = { user: 'zoe', name: 'Zoe', grant: { role: 'owner' } };

function requestsFor(room: string): readonly Request[] {
  return [
    ...roles.map((role) => ({ grant: { room, role } })),
    { user: 'owner', grant: { room, role: 'owner' } },
    { user: 'moderator', grant: { room, moderate: true, invite: true } },
    { user: 'mute', grant: { room, role: 'participant', publish: [], data: false } },
    { grant: { room, role: 'owner', moderate: false, publish: ['screen'] } },
  ];
}

const members: readonly Request[] = [
  ...['ann', 'ben', 'cem'].map((user) => ({ user, name: `Member ${user}` })),
  { user: 'builder', grant: { createRooms: true, moderate: false } },
  { user: 'nobody', grant: { createRooms: false, publish: ['screen'], invite: false } },
];

/** Of who tidies up: it comes in everywhere. */
export function mintJanitorPass(key: Uint8Array): Promise<string> {
  return mint({ user: 'janitor', grant: { moderate: true, createRooms: true } }, { key });
}
