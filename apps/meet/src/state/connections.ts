/** Connections for media in words and pictures: pure functions of what the SDK reports. */
import {
  type AddressCounts,
  type CandidateType,
  type ConnectionPath,
  type ConnectionReport,
  type ConnectionStage,
  type Decoding,
  failureWords,
  type StageReport,
} from '@plenum/client';
import { bitRateWords, durationWords, percentWords } from './measure-words.ts';
import { type PicturesView, pictureLines, viewPictures } from './picture-words.ts';

/** One of the places that media goes through, in the picture. */
export interface Stop {
  readonly kind: 'you' | 'router' | 'relay' | 'server' | 'person';
  readonly name: string;
}

export interface StageView {
  readonly name: string;
  readonly state: StageReport['state'];
  /** Such as `40 ms`, or what else there is to say of it. */
  readonly words: string;
}

export interface ConnectionView {
  readonly id: ConnectionReport['peer'];
  /** Whom it leads to. */
  readonly name: string;
  readonly state: ConnectionReport['state'];
  readonly stateWords: string;
  /** From oneself to the other. */
  readonly stops: readonly Stop[];
  /** Which way it goes, such as *Direct, by UDP over IPv4*; of one that failed, why. */
  readonly route: string;
  readonly encryption: string | undefined;
  readonly stages: readonly StageView[];
  readonly pictures: PicturesView;
  /** For who wants to know exactly. */
  readonly facts: readonly Fact[];
}

export type Fact = readonly [name: string, value: string];

/** @param nameOf Undefined for who is not known; they are somebody. */
export function viewConnection(
  report: ConnectionReport,
  nameOf: (id: Exclude<ConnectionReport['peer'], 'server'>) => string | undefined,
): ConnectionView {
  const isServer = report.peer === 'server';
  const person = isServer ? undefined : (nameOf(report.peer) ?? 'Somebody');
  const other = person ?? 'the server';
  return {
    id: report.peer,
    name: person ?? 'Server',
    state: report.state,
    stateWords: stateWords(report, person),
    stops: stopsOf(
      report.path,
      isServer ? { kind: 'server', name: 'Server' } : { kind: 'person', name: other },
    ),
    route: routeWords(report, other),
    encryption: encryptionWords(report),
    stages: report.stages.map(viewStage),
    pictures: viewPictures(report.pictures, nameOf),
    facts: factsOf(report),
  };
}

/** Undefined where there is nothing to say. */
export function decodingWords(decoding: Decoding): string | undefined {
  switch (decoding) {
    case 'all':
      return undefined;
    case 'smaller':
      return 'This device cannot keep up with all pictures, so it is sent smaller ones.';
    case 'fewer':
      return 'This device cannot keep up with all pictures, so it is sent fewer and smaller ones.';
  }
}

function stateWords({ state }: ConnectionReport, person: string | undefined): string {
  switch (state) {
    case 'connecting':
      return 'Connecting…';
    case 'connected':
      return 'Connected';
    case 'lost':
      return 'Lost, being mended…';
    case 'failed':
      return person === undefined ? 'No connection' : 'No direct connection';
  }
}

const isLent = (type: CandidateType | undefined) => type === 'srflx' || type === 'prflx';

/** A relay of one's own stands before one's own router: what is behind it the other side never sees. */
function stopsOf(path: ConnectionPath | undefined, peer: Stop): readonly Stop[] {
  const { local, remote } = path ?? {};
  const theirs = peer.kind === 'server' ? 'Its' : 'Their';
  const between: readonly (Stop | false)[] = [
    isLent(local) && { kind: 'router', name: 'Your router' },
    local === 'relay' && { kind: 'relay', name: 'Relay' },
    remote === 'relay' && { kind: 'relay', name: `${theirs} relay` },
    isLent(remote) && { kind: 'router', name: `${theirs} router` },
  ];
  return [{ kind: 'you', name: 'You' }, ...between.filter((stop) => stop !== false), peer];
}

function routeWords(report: ConnectionReport, other: string): string {
  const { state, path } = report;
  if (state === 'failed') return failureWords(report);
  if (path === undefined) return 'Looking for a way through the network.';
  const { protocol, family } = path;
  const over = family === undefined ? '' : ` over ${family}`;
  const by =
    protocol === undefined || path.local === 'relay' ? over : `, by ${protocol.toUpperCase()}${over}`;
  return `${wayWords(path, other)}${by}`;
}

function wayWords({ local, remote, protocol }: ConnectionPath, other: string): string {
  if (local === 'relay') {
    return protocol === undefined ? 'Relayed by TURN' : `Relayed by TURN, by ${protocol.toUpperCase()}`;
  }
  if (remote === 'relay') return `Relayed by TURN, at ${other}’s end`;
  if (isLent(local) && isLent(remote)) return 'Direct, through the addresses of both routers';
  if (isLent(local)) return 'Direct, through your router’s address';
  if (isLent(remote)) return `Direct, through the address of ${other}’s router`;
  return 'Direct';
}

/** All of WebRTC is encrypted (RFC 8827 section 6.5); how, not every browser tells. */
function encryptionWords({ state, path }: ConnectionReport): string | undefined {
  if (state === 'connecting' || state === 'failed') return undefined;
  const { dtlsVersion, srtpCipher } = path ?? {};
  if (dtlsVersion === undefined && srtpCipher === undefined)
    return 'Encrypted; this browser does not say with what';
  return `Encrypted with ${[dtlsVersion, cipherWords(srtpCipher)].filter(Boolean).join(', ')}`;
}

const ciphers: Readonly<Record<string, string>> = {
  AEAD_AES_128_GCM: 'AES-128-GCM',
  AEAD_AES_256_GCM: 'AES-256-GCM',
  AES_CM_128_HMAC_SHA1_80: 'AES-128 with HMAC-SHA1',
  AES_CM_128_HMAC_SHA1_32: 'AES-128 with HMAC-SHA1',
};

function cipherWords(cipher: string | undefined): string | undefined {
  return cipher === undefined ? undefined : (ciphers[cipher] ?? cipher);
}

const stageNames: Readonly<Record<ConnectionStage, string>> = {
  signalling: 'Signalling',
  connecting: 'Connecting',
  securing: 'Securing',
  communicating: 'Communicating',
};

function viewStage({ name, state, tookMs }: StageReport): StageView {
  return { name: stageNames[name], state, words: stageWords(name, state, tookMs) };
}

function stageWords(name: ConnectionStage, state: StageReport['state'], tookMs: number | undefined): string {
  const time = tookMs === undefined ? '' : durationWords(tookMs);
  switch (state) {
    case 'pending':
      return '–';
    case 'under-way':
      return name === 'communicating' ? 'no media yet' : 'under way';
    case 'failed':
      return `failed, ${time}`;
    case 'done':
      return time;
  }
}

const ends: Readonly<Record<CandidateType, string>> = {
  host: 'host: its own address',
  srflx: 'server-reflexive: its router’s address',
  prflx: 'peer-reflexive: its router’s address',
  relay: 'relayed: the address of a TURN server',
};

function factsOf({ path, traffic, tried }: ConnectionReport): readonly Fact[] {
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Your end', path?.local && ends[path.local]],
    ['Other end', path?.remote && ends[path.remote]],
    ['Protocol', path?.protocol?.toUpperCase()],
    ['Addresses', path?.family],
    ['Round trip', path?.roundTripMs === undefined ? undefined : durationWords(path.roundTripMs)],
    ['Receiving', bitRateWords(traffic?.receivedBps)],
    ['Sending', bitRateWords(traffic?.sentBps)],
    ['Lost on the way here', percentWords(traffic?.lost)],
    ['DTLS', path?.dtlsVersion],
    ['DTLS cipher', path?.dtlsCipher],
    ['SRTP cipher', path?.srtpCipher],
    ['Your addresses tried', tried && addressWords(tried.local)],
    ['Other addresses tried', tried && addressWords(tried.remote)],
    [
      'Checks',
      tried?.checksSent === undefined
        ? undefined
        : `${tried.checksSent} sent, ${tried.checksAnswered ?? 0} answered`,
    ],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

function addressWords({ host, srflx, prflx, relay }: AddressCounts): string {
  return `${host} host, ${srflx + prflx} reflexive, ${relay} relayed`;
}

/** For support: everything as text, without anybody's name or address. @param when ISO 8601. */
export function reportText(views: readonly ConnectionView[], when: string, browser: string): string {
  const parts = views.map(({ id, stateWords: state, route, encryption, stages, pictures, facts }) =>
    [
      `${id === 'server' ? 'To the server' : `To participant ${id}`}: ${state}`,
      `  ${id === 'server' ? route : 'Straight, without the server'}`,
      ...(encryption === undefined ? [] : [`  ${encryption}`]),
      `  ${stages.map(({ name, words }) => `${name}: ${words}`).join('; ')}`,
      ...pictureLines(pictures).map((line) => `  ${line}`),
      ...facts.map(([name, value]) => `  ${name}: ${value}`),
    ].join('\n'),
  );
  return [`Connections at ${when}`, browser, ...parts].join('\n');
}
