/** Looks at everybody else in a room, as a page would that shows them all, and reads the clocks in their pictures. */
import type { Participant, Room } from '@plenum/client';
import wrtc from '@roamhq/wrtc';
import { ageOf, type Picture } from './clock-picture.ts';

export interface Screen {
  /** Milliseconds from the camera to here, of each frame since the last call. */
  takeLatencies(): readonly number[];
}

/** Lines of each tile: as many as are filmed. */
const tileHeight = 180;
/** A frame that cannot be read says anything. */
const oldestMs = 3_000;

export function createScreen(room: Room): Screen {
  const watched = new Set<MediaStreamTrack>();
  let latencies: number[] = [];

  const read = (picture: Picture) => {
    const age = ageOf(picture, Date.now());
    if (age < oldestMs) latencies.push(age);
  };
  const show = (people: readonly Participant[]) => {
    const others = people.filter(({ isLocal }) => !isLocal);
    room.setVisible(new Map(others.map(({ id }) => [id, tileHeight])));
    for (const { camera } of others) {
      if (camera?.track === undefined || watched.has(camera.track)) continue;
      watched.add(camera.track);
      const sink = new wrtc.nonstandard.RTCVideoSink(camera.track);
      sink.onframe = ({ frame }: { readonly frame: Picture }) => read(frame);
    }
  };
  show(room.participants.current);
  room.participants.subscribe(show);

  return {
    takeLatencies: () => {
      const taken = latencies;
      latencies = [];
      return taken;
    },
  };
}
