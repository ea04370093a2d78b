/**
 * Mixes one room: takes everybody's packets, and sends one picture for all and to each the sound of the others. Knows neither the
 * network nor the time, which are given to it; whoever runs it calls its ticks.
 */
import { logOnlyErrors } from '../av/log.ts';
import { VoiceEncoder } from '../av/voice-codec.ts';
import type { Mark } from '../layout/marks.ts';
import type { PictureCodec } from '../picture/codec.ts';
import { isRtcp, parseRtp } from '../rtp/packet.ts';
import { formatPictureLoss, parseRtcp } from '../rtp/rtcp.ts';
import type { StreamIdentity } from './outgoing-stream.ts';
import { PictureInput } from './picture-input.ts';
import { type Arrangement, PictureMixer, type PictureMixerOptions } from './picture-mixer.ts';
import { heardSettings, SoundMixer } from './sound-mixer.ts';
import type { MixTap } from './tap.ts';
import { Taps } from './taps.ts';
import { VoiceInput } from './voice-input.ts';

export interface RoomMixerOptions {
  readonly encoding: PictureMixerOptions['encoding'];
  readonly names: PictureMixerOptions['names'];
  /** What the one picture is sent as. */
  readonly picture: StreamIdentity;
  /** The same smaller, and what it is sent as, for who cannot have it as it is: see `showSmall`. */
  readonly small?:
    | { readonly encoding: PictureMixerOptions['encoding']; readonly picture: StreamIdentity }
    | undefined;
  readonly send: (datagram: Uint8Array) => void;
  /** Milliseconds that only grow; and milliseconds since 1970. */
  readonly now: () => number;
  readonly wallMs: () => number;
}

export interface MixedParticipant {
  readonly id: string;
  /** Who does not hear it, though they are another: who shares a screen has its sound already. Their own id for a person. */
  readonly ownerId: string;
  readonly name: string;
  /** What is to be seen of them beside their name; nothing unless given. */
  readonly marks?: readonly Mark[] | undefined;
  /** What their voice and their picture come as; undefined where there is none. */
  readonly voice: { readonly ssrc: number } | undefined;
  readonly picture: { readonly ssrc: number; readonly codec: PictureCodec } | undefined;
  /** What they hear is sent as; undefined for who is only seen and heard. */
  readonly hears: StreamIdentity | undefined;
}

interface PersonParts {
  readonly voice: VoiceInput | undefined;
  readonly picture: PictureInput | undefined;
  readonly ears: VoiceEncoder | undefined;
}

interface Inputs extends PersonParts {
  readonly participant: MixedParticipant;
}

interface Parts {
  readonly taps: Taps;
  readonly sound: SoundMixer;
  readonly picture: PictureMixer;
}

/** Goes with everything that the mixer sends (RFC 3550 section 6.5.1). */
const cname = 'mixer';

export class RoomMixer {
  readonly #options: RoomMixerOptions;
  readonly #sound: SoundMixer;
  readonly #picture: PictureMixer;
  readonly #taps: Taps;
  readonly #participants = new Map<string, Inputs>();
  readonly #voices = new Map<number, VoiceInput>();
  readonly #pictures = new Map<number, PictureInput>();
  /** Whose coming is not over yet: the last of each id. */
  readonly #coming = new Map<string, symbol>();

  private constructor(options: RoomMixerOptions, { taps, sound, picture }: Parts) {
    this.#options = options;
    this.#taps = taps;
    this.#sound = sound;
    this.#picture = picture;
  }

  static async open(options: RoomMixerOptions): Promise<RoomMixer> {
    const { encoding, names, picture, small, send } = options;
    logOnlyErrors();
    const streamOf = (identity: StreamIdentity) => ({ ...identity, cname, send });
    const taps = new Taps();
    return new RoomMixer(options, {
      taps,
      sound: await SoundMixer.open(taps),
      picture: await PictureMixer.open({
        encoding,
        names,
        stream: streamOf(picture),
        small: small && { encoding: small.encoding, stream: streamOf(small.picture) },
        taps,
      }),
    });
  }

  /**
   * In place of the one that was there by that id; what is the same of them goes on without a break. Who is removed, or added
   * again, meanwhile does not come.
   */
  async add(participant: MixedParticipant): Promise<void> {
    const { id } = participant;
    const coming = Symbol(id);
    this.#coming.set(id, coming);
    const before = this.#participants.get(id);
    const kept = partsKept(before, participant);
    const made = await this.#make(participant, kept);
    if (this.#coming.get(id) !== coming) return closeAll(made);
    this.#forget(before);
    closeAll({
      voice: kept.voice === undefined ? before?.voice : undefined,
      picture: kept.picture === undefined ? before?.picture : undefined,
      ears: kept.ears === undefined ? before?.ears : undefined,
    });
    this.#put({
      participant,
      voice: kept.voice ?? made.voice,
      picture: kept.picture ?? made.picture,
      ears: kept.ears ?? made.ears,
    });
  }

  /** What is wanted of somebody, and is not there already. */
  async #make({ voice, picture, hears }: MixedParticipant, kept: PersonParts): Promise<PersonParts> {
    const isNew = (wanted: unknown, one: unknown) => wanted !== undefined && one === undefined;
    return {
      voice: isNew(voice, kept.voice) ? await VoiceInput.open() : undefined,
      picture: picture && isNew(picture, kept.picture) ? await this.#openPicture(picture) : undefined,
      ears: isNew(hears, kept.ears) ? await VoiceEncoder.open(heardSettings) : undefined,
    };
  }

  #openPicture({ ssrc, codec }: NonNullable<MixedParticipant['picture']>): Promise<PictureInput> {
    const { send, picture } = this.#options;
    return PictureInput.open({ codec, askForKeyFrame: () => send(formatPictureLoss(picture.ssrc, ssrc)) });
  }

  #put(inputs: Inputs): void {
    const { participant, voice, picture, ears } = inputs;
    const { id, name, hears, marks = [] } = participant;
    const { send } = this.#options;
    this.#participants.set(id, inputs);
    this.#sound.setVoice(id, participant.ownerId, voice);
    this.#sound.setListener(id, ears, hears && { ...hears, cname, send });
    if (voice !== undefined && participant.voice !== undefined)
      this.#voices.set(participant.voice.ssrc, voice);
    if (picture !== undefined && participant.picture !== undefined)
      this.#pictures.set(participant.picture.ssrc, picture);
    // Last, since a name may be one that cannot be written.
    this.#picture.add(id, { name, marks }, picture);
  }

  /** Nothing of theirs arrives any more. */
  #forget({ participant }: Partial<Inputs> = {}): void {
    if (participant === undefined) return;
    this.#participants.delete(participant.id);
    if (participant.voice !== undefined) this.#voices.delete(participant.voice.ssrc);
    if (participant.picture !== undefined) this.#pictures.delete(participant.picture.ssrc);
  }

  remove(id: string): void {
    this.#coming.delete(id);
    const known = this.#participants.get(id);
    if (known === undefined) return;
    this.#forget(known);
    this.#picture.remove(id);
    this.#sound.remove(id);
    closeAll(known);
  }

  arrange(arrangement: Arrangement): void {
    this.#picture.arrange(arrangement);
  }

  /** Sends the one picture smaller as well, from soon on, or no more. */
  showSmall(isWanted: boolean): Promise<void> {
    return this.#picture.showSmall(isWanted);
  }

  /** Hands on what is encoded for everybody, soon from a picture on that a decoder can begin with. Gives what ends it. */
  tap(tap: MixTap): () => void {
    this.#picture.askForWhole();
    return this.#taps.add(tap);
  }

  /** What came from the media server; what is of nobody's is nothing. */
  handleDatagram(datagram: Uint8Array): void {
    if (isRtcp(datagram)) return this.#handleReports(datagram);
    const packet = parseRtp(datagram);
    if (packet === undefined) return;
    const now = this.#options.now();
    this.#voices.get(packet.ssrc)?.push(packet, now);
    this.#pictures.get(packet.ssrc)?.push(packet, now);
  }

  #handleReports(datagram: Uint8Array): void {
    for (const report of parseRtcp(datagram)) {
      if (report.type === 'key-frame-request') this.#picture.askForWhole(report.ssrc);
    }
  }

  /** To be called each 20 ms. @param dueMs When it was due, on the clock: calls may come late, several at once. */
  tickSound(dueMs: number = this.#options.now()): void {
    this.#sound.tick(this.#options.now(), dueMs);
  }

  /** To be called as often a second as the picture has frames. */
  tickPicture(): void {
    const now = this.#options.now();
    for (const picture of this.#pictures.values()) picture.tick(now);
    this.#picture.tick(now, (id) => this.#sound.isSpeaking(id));
  }

  /** To be called about once a second. */
  report(): void {
    const { now, wallMs } = this.#options;
    this.#sound.report(wallMs());
    this.#picture.report(now(), wallMs());
  }

  /** May be called more than once. */
  close(): void {
    this.#coming.clear();
    this.#taps.clear();
    for (const id of [...this.#participants.keys()]) this.remove(id);
    this.#sound.close();
    this.#picture.close();
  }
}

/** The parts of before that go on. */
function partsKept(before: Inputs | undefined, { voice, picture, hears }: MixedParticipant): PersonParts {
  const was = before?.participant;
  const isSamePicture = was?.picture?.ssrc === picture?.ssrc && was?.picture?.codec === picture?.codec;
  return {
    voice: was?.voice?.ssrc === voice?.ssrc ? before?.voice : undefined,
    picture: isSamePicture ? before?.picture : undefined,
    ears: was?.hears?.ssrc === hears?.ssrc ? before?.ears : undefined,
  };
}

function closeAll({ voice, picture, ears }: PersonParts): void {
  for (const one of [voice, picture, ears]) one?.close();
}
