/** Which pictures are to come and go by a connection, as the room and the two ends of it say. */
import type { ParticipantId, Source } from '@plenum/protocol';
import { isLayerAbove } from '../camera-layers.ts';
import type { CarriedPictures, PictureAllotment, PictureSource } from './pictures.ts';

export interface ConnectionEnds {
  /** By which m-line somebody's picture comes; undefined where it does not come by this connection. */
  readonly midOf: (id: ParticipantId, source: PictureSource) => string | undefined;
  readonly isLeftOut: (id: ParticipantId, source: PictureSource) => boolean;
  /** The mid that carries each of one's own. */
  readonly publishOn: Readonly<Partial<Record<Source, string>>>;
  /** Of one's camera's sizes the largest that anybody looks at, 0 the smallest; undefined: of all there are. */
  readonly shownLayer?: number | undefined;
  readonly allotment?: PictureAllotment | undefined;
}

/** @param sources What the others send now. @param tracks What one sends oneself. */
export function carryPictures(
  ends: ConnectionEnds,
  sources: readonly (readonly [ParticipantId, Source])[],
  tracks: ReadonlyMap<Source, Pick<MediaStreamTrack, 'getSettings'>>,
): CarriedPictures {
  const incoming = sources.flatMap(([participantId, source]) => {
    if (!isPicture(source)) return [];
    const mid = ends.midOf(participantId, source);
    const isLeftOut = ends.isLeftOut(participantId, source);
    return mid === undefined ? [] : [{ participantId, source, mid, isLeftOut }];
  });
  const outgoing = (['camera', 'screen'] as const).flatMap((source) => {
    const mid = ends.publishOn[source];
    const track = tracks.get(source);
    // A screen that is not shared is nothing to tell of.
    if (mid === undefined || (source === 'screen' && track === undefined)) return [];
    const isLargerUnwanted = source === 'camera' && isMoreThanShown(track, ends.shownLayer);
    return [{ source, mid, isOn: track !== undefined, isLargerUnwanted }];
  });
  return { incoming, outgoing, allotment: ends.allotment };
}

function isPicture(source: Source): source is PictureSource {
  return source === 'camera' || source === 'screen';
}

function isMoreThanShown(
  camera: Pick<MediaStreamTrack, 'getSettings'> | undefined,
  shownLayer: number | undefined,
): boolean {
  return (
    camera !== undefined && shownLayer !== undefined && isLayerAbove(shownLayer, camera.getSettings().height)
  );
}
