/** Plays what the others say, each through a player of its own, and tells when the browser refuses to. */
import { type Signal, signal } from './signal.ts';

/** One loudspeaker-bound track; in the browser a hidden `<audio>`. */
export interface AudioPlayer {
  /** Rejects with a `NotAllowedError` where the browser wants a tap first. */
  play(track: MediaStreamTrack): Promise<void>;
  setSpeaker(deviceId: string): void;
  close(): void;
}

export interface Sound {
  /** The browser plays nothing until the person taps. */
  readonly isBlocked: Signal<boolean>;
  /** To be called in the tap. */
  unblock(): void;
  close(): void;
}

export type TracksByParticipant = ReadonlyMap<string, MediaStreamTrack>;

export interface SoundOptions {
  readonly tracks: Signal<TracksByParticipant>;
  readonly speakerId: Signal<string>;
  readonly createPlayer: () => AudioPlayer;
}

interface Playing {
  readonly player: AudioPlayer;
  readonly track: MediaStreamTrack;
}

export function createSound({ tracks, speakerId, createPlayer }: SoundOptions): Sound {
  const isBlocked = signal(false);
  const playing = new Map<string, Playing>();

  const play = async ({ player, track }: Playing) => {
    try {
      await player.play(track);
    } catch (error) {
      // Anything else means that the track was replaced or ended meanwhile, which needs no answer.
      if (error instanceof Error && error.name === 'NotAllowedError') isBlocked.set(true);
    }
  };
  const begin = (id: string, track: MediaStreamTrack) => {
    const entry = { player: playing.get(id)?.player ?? createPlayer(), track };
    entry.player.setSpeaker(speakerId.current);
    playing.set(id, entry);
    void play(entry);
  };
  const end = (id: string) => {
    playing.get(id)?.player.close();
    playing.delete(id);
  };
  const update = () => {
    for (const id of [...playing.keys()]) if (!tracks.current.has(id)) end(id);
    for (const [id, track] of tracks.current) if (playing.get(id)?.track !== track) begin(id, track);
  };
  const stops = [
    tracks.subscribe(update),
    speakerId.subscribe((id) => {
      for (const { player } of playing.values()) player.setSpeaker(id);
    }),
  ];
  update();

  return {
    isBlocked,
    unblock() {
      isBlocked.set(false);
      for (const entry of playing.values()) void play(entry);
    },
    close() {
      for (const stop of stops) stop();
      for (const id of [...playing.keys()]) end(id);
    },
  };
}
