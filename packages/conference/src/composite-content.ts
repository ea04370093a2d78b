/** What is put into the one picture of a room, where: a pure function of who is there. */
import {
  type MediaLink,
  type MixCodec,
  type MixContent,
  type MixEntry,
  type MixLayout,
  type MixMark,
  type MixSource,
  mixPicture,
} from '@plenum/media';
import type { Capabilities, CompositeLayout, Layer, ParticipantId, Source } from '@plenum/protocol';
import { maxLayerFor } from './layers.ts';

/** Somebody as the picture shows them. */
export interface CompositePerson {
  readonly id: ParticipantId;
  readonly name: string;
  readonly connection: MediaLink | undefined;
  /** What can be had of them and is not muted. */
  readonly sources: ReadonlySet<Source>;
  readonly isMuted: boolean;
  readonly hasHandUp: boolean;
}

export interface CompositeFacts {
  /** In the order in which they came: nobody changes places because somebody speaks. */
  readonly people: readonly CompositePerson[];
  /** Who is or was the last to speak. */
  readonly speaker: ParticipantId | undefined;
  readonly layout: CompositeLayout;
}

/** H.264 for all who decode it; VP8 where one does not, since there is one picture for all. */
export function codecFor(viewers: readonly (Capabilities | undefined)[]): MixCodec {
  const decodes = (capabilities: Capabilities | undefined) =>
    capabilities === undefined ||
    capabilities.receive.video.some((one) => one.toLowerCase() === 'video/h264');
  return viewers.every(decodes) ? 'h264' : 'vp8';
}

/** What a grid has at most, and what there is with a large one. */
const [gridPlaces, stripPlaces] = [25, 7];
/** Of the picture's height: the large place, and the small ones. */
const largeShare = 0.78;
const smallShare = 0.22;

/** `auto` is a screen that is shared with the faces beside it, and otherwise all of the same size. */
export function composeContent({ people, speaker, layout }: CompositeFacts): MixContent {
  const screens = people.filter(({ sources }) => sources.has('screen'));
  const kind = kindOf(layout, screens.length > 0);
  const faces = kind === 'grid' ? facesFirst(people) : firstOf(people, speaker);
  const order = [
    ...(kind === 'presentation' ? screens.map(screenOf) : []),
    ...faces.map((person) => ({ person, sound: 'microphone', picture: 'camera', of: '' }) as const),
    ...(kind === 'presentation' ? [] : screens.map(screenOf)),
  ];
  const places = kind === 'grid' ? gridPlaces : stripPlaces;
  const layers = (index: number) => layerAt(kind, index, Math.min(order.length, places));
  return {
    layout: kind,
    entries: order.map(({ person, sound, picture, of }, index): MixEntry => {
      const has = (source: Source): MixSource | undefined =>
        person.connection !== undefined && person.sources.has(source)
          ? { connection: person.connection, source }
          : undefined;
      // Who has no place need not be decoded.
      const shown = index < places ? has(picture) : undefined;
      return {
        id: of === '' ? person.id : `${person.id}/${of}`,
        ownerId: person.id,
        name: of === '' ? person.name : `${person.name} (${of})`,
        marks: of === '' ? marksOf(person) : [],
        sound: has(sound),
        picture: shown && { ...shown, maxLayer: picture === 'camera' ? layers(index) : 0 },
      };
    }),
  };
}

/** As in the app, where everybody is shown by themselves. */
function marksOf({ isMuted, hasHandUp }: CompositePerson): readonly MixMark[] {
  return [...(isMuted ? ['muted' as const] : []), ...(hasHandUp ? ['hand' as const] : [])];
}

const screenOf = (person: CompositePerson) =>
  ({ person, sound: 'screen-audio', picture: 'screen', of: 'screen' }) as const;

function kindOf(layout: CompositeLayout, isSomethingShared: boolean): MixLayout {
  if (layout === 'auto') return isSomethingShared ? 'presentation' : 'grid';
  // Without anything shared the large place is the speaker's.
  return layout === 'presentation' && !isSomethingShared ? 'speaker' : layout;
}

function firstOf(people: readonly CompositePerson[], id: ParticipantId | undefined): typeof people {
  const isFirst = (person: CompositePerson) => person.id === id;
  return [...people.filter(isFirst), ...people.filter((person) => !isFirst(person))];
}

/** Where not all have a place, those who show themselves have one. */
function facesFirst(people: readonly CompositePerson[]): typeof people {
  if (people.length <= gridPlaces) return people;
  const isShown = ({ sources }: CompositePerson) => sources.has('camera');
  return [...people.filter(isShown), ...people.filter((person) => !isShown(person))];
}

/** Of a camera no more than its place shows. */
function layerAt(kind: MixLayout, index: number, count: number): Layer {
  if (kind === 'grid') return maxLayerFor(mixPicture.height / Math.ceil(Math.sqrt(count)));
  return maxLayerFor(mixPicture.height * (index === 0 ? largeShare : smallShare));
}
