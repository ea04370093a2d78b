/**
 * What two participants say to each other about a file, as bytes: a type, the number that its sender gave the file, and what
 * belongs to the type. PROTOCOL.md has the table. Numbers are in network byte order.
 */
import { ConferenceError } from '@plenum/protocol';
import * as v from 'valibot';

/** Of the receivers' words the first four come from who sends the file, the others from who receives it. */
export type FileFrame =
  | { readonly type: 'offer'; readonly id: number; readonly about: FileDescription }
  | { readonly type: 'chunk'; readonly id: number; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly type: 'end'; readonly id: number; readonly digest: Uint8Array }
  | { readonly type: 'paused'; readonly id: number; readonly isPaused: boolean }
  | { readonly type: 'withdrawn'; readonly id: number; readonly reason: WithdrawalReason }
  | ProgressFrame
  | { readonly type: 'outcome'; readonly id: number; readonly outcome: FileOutcome };

export interface ProgressFrame {
  readonly type: 'progress';
  readonly id: number;
  /** Bytes that are there, without gaps. */
  readonly received: number;
  /** Up to which byte may be sent. */
  readonly limit: number;
  /** What was sent after `received` is lost: it is to be sent again. */
  readonly isRewind: boolean;
  readonly isPaused: boolean;
}

const withdrawalReasons = ['cancelled', 'unreadable'] as const;
export type WithdrawalReason = (typeof withdrawalReasons)[number];

const outcomes = ['verified', 'corrupt', 'declined', 'cancelled', 'refused'] as const;
export type FileOutcome = (typeof outcomes)[number];

/** 1 TB: what a number of 48 bits holds is more. */
const maxFileSize = 2 ** 40;
const maxAboutSize = 2_048;

const descriptionSchema = v.object({
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  /** Bytes. */
  size: v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(maxFileSize)),
  /** MIME type; empty where it is not known. */
  type: v.pipe(v.string(), v.maxLength(255)),
});
export type FileDescription = v.InferOutput<typeof descriptionSchema>;

const types = ['offer', 'chunk', 'end', 'paused', 'withdrawn', 'progress', 'outcome'] as const;
/** Of the type and the number. */
const headSize = 5;
/** 48 bits. */
const numberSize = 6;
const digestSize = 32;

export function formatFrame(frame: FileFrame): Uint8Array<ArrayBuffer> {
  switch (frame.type) {
    case 'offer':
      return withHead(frame, new TextEncoder().encode(JSON.stringify(frame.about)));
    case 'chunk': {
      const whole = withHead(frame, new Uint8Array(numberSize + frame.bytes.length));
      writeNumber(whole, headSize, frame.offset);
      whole.set(frame.bytes, headSize + numberSize);
      return whole;
    }
    case 'end':
      return withHead(frame, frame.digest);
    case 'paused':
      return withHead(frame, Uint8Array.of(Number(frame.isPaused)));
    case 'withdrawn':
      return withHead(frame, Uint8Array.of(withdrawalReasons.indexOf(frame.reason)));
    case 'progress': {
      const whole = withHead(frame, new Uint8Array(2 * numberSize + 1));
      writeNumber(whole, headSize, frame.received);
      writeNumber(whole, headSize + numberSize, frame.limit);
      whole[headSize + 2 * numberSize] = Number(frame.isRewind) | (Number(frame.isPaused) << 1);
      return whole;
    }
    case 'outcome':
      return withHead(frame, Uint8Array.of(outcomes.indexOf(frame.outcome)));
  }
}

function withHead({ type, id }: FileFrame, rest: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(headSize + rest.length);
  const view = new DataView(whole.buffer);
  view.setUint8(0, types.indexOf(type) + 1);
  view.setUint32(1, id);
  whole.set(rest, headSize);
  return whole;
}

function writeNumber({ buffer }: Uint8Array<ArrayBuffer>, at: number, value: number): void {
  const view = new DataView(buffer);
  view.setUint16(at, Math.floor(value / 2 ** 32));
  view.setUint32(at + 2, value % 2 ** 32);
}

/** Bytes of a chunk are a view of the message. @throws ConferenceError `bad-message` for anything else. */
export function parseFrame(message: Uint8Array): FileFrame {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  if (message.length < headSize) throw new ConferenceError('bad-message');
  const type = types[view.getUint8(0) - 1];
  const id = view.getUint32(1);
  const rest = message.subarray(headSize);
  switch (type) {
    case 'offer':
      return { type, id, about: parseDescription(rest) };
    case 'chunk':
      check(rest.length > numberSize);
      return { type, id, offset: readNumber(view, headSize), bytes: rest.subarray(numberSize) };
    case 'end':
      check(rest.length === digestSize);
      return { type, id, digest: rest };
    case 'paused':
      return { type, id, isPaused: one([false, true], rest) };
    case 'withdrawn':
      return { type, id, reason: one(withdrawalReasons, rest) };
    case 'progress':
      check(rest.length === 2 * numberSize + 1);
      return {
        type,
        id,
        received: readNumber(view, headSize),
        limit: readNumber(view, headSize + numberSize),
        isRewind: ((rest[2 * numberSize] ?? 0) & 1) !== 0,
        isPaused: ((rest[2 * numberSize] ?? 0) & 2) !== 0,
      };
    case 'outcome':
      return { type, id, outcome: one(outcomes, rest) };
    default:
      throw new ConferenceError('bad-message');
  }
}

function check(isRight: boolean): void {
  if (!isRight) throw new ConferenceError('bad-message');
}

function one<T>(values: readonly T[], { 0: index = -1, length }: Uint8Array): T {
  const value = values[index];
  if (length !== 1 || value === undefined) throw new ConferenceError('bad-message');
  return value;
}

function readNumber(view: DataView, at: number): number {
  return view.getUint16(at) * 2 ** 32 + view.getUint32(at + 2);
}

function parseDescription(bytes: Uint8Array): FileDescription {
  check(bytes.length <= maxAboutSize);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const { name, size, type } = v.parse(descriptionSchema, JSON.parse(text));
    return { name: fileName(name), size, type };
  } catch (cause) {
    throw new ConferenceError('bad-message', undefined, { cause });
  }
}

/** Without what a name must not have on some system: paths, control characters, and letters that turn the text round. */
export function fileName(name: string): string {
  const cleaned = name
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .replaceAll(/[/\\:*?"<>|]/g, '_')
    .trim()
    .slice(-200);
  return cleaned === '' || /^\.+$/.test(cleaned) ? 'file' : cleaned;
}
