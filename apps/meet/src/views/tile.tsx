/** One participant on the stage. Each part listens to its own signal: a speaker's tick draws one ring, not a tile. */
import { memo, type ReactNode, useState } from 'react';
import type { Rect } from '../state/stage-layout.ts';
import type { TileModel } from '../state/tile.ts';
import { Avatar } from './avatar.tsx';
import { Icon } from './icons.tsx';
import { Picture } from './picture.tsx';
import styles from './tile.module.css';
import { TileReactions } from './tile-reactions.tsx';
import { useSignal } from './use-signal.ts';

export const Tile = memo(function Tile({ tile, rect }: { readonly tile: TileModel; readonly rect: Rect }) {
  const name = useSignal(tile.name);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a participant is no form's fieldset.
    <div role="group" aria-label={name} className={styles.tile} style={placeAt(rect)}>
      <TileContent tile={tile} />
    </div>
  );
});

export function placeAt({ x, y, width, height }: Rect) {
  return { transform: `translate(${x}px, ${y}px)`, width, height };
}

interface TileContentProps {
  readonly tile: TileModel;
  readonly isMirrored?: boolean;
  readonly children?: ReactNode;
}

export function TileContent({ tile, isMirrored = false, children }: TileContentProps) {
  const name = useSignal(tile.name);
  const track = useSignal(tile.picture);
  const status = useSignal(tile.status);
  const isLeftOut = useSignal(tile.isLeftOut);
  const [isFrozen, setIsFrozen] = useState(false);
  return (
    <div className={styles.content} data-is-frozen={isFrozen || status !== 'live' || undefined}>
      <Avatar name={name} />
      <Picture track={track} isMirrored={isMirrored} onFrozen={setIsFrozen} />
      {status === 'reconnecting' && (
        <Mark>
          <Icon name="reconnect" isSmall /> Reconnecting…
        </Mark>
      )}
      {status === 'unreachable' && (
        <Mark>
          <Icon name="warning" isSmall /> No direct connection
        </Mark>
      )}
      {isLeftOut && status === 'live' && (
        <Mark>
          <Icon name="pause" isSmall /> The connection is slow
        </Mark>
      )}
      {isFrozen && status === 'live' && !isLeftOut && (
        <Mark>
          <Icon name="pause" isSmall /> Frozen
        </Mark>
      )}
      <TileReactions shown={tile.reactions} onGone={tile.dismissReaction} />
      <Plate tile={tile} name={name} />
      <SpeakingRing tile={tile} />
      {children}
    </div>
  );
}

/** What is the matter with a picture, at its upper left. */
export function Mark({ children }: { readonly children: ReactNode }) {
  return <p className={styles.mark}>{children}</p>;
}

interface PlateProps {
  readonly tile: TileModel;
  readonly name: string;
}

function Plate({ tile, name }: PlateProps) {
  const isMuted = useSignal(tile.isMuted);
  return (
    <p className={styles.plate}>
      <HandMark tile={tile} />
      <SharingMark tile={tile} />
      {isMuted ? (
        <span className={styles.muted} role="img" aria-label="Muted">
          <Icon name="microphone-off" isSmall />
        </span>
      ) : (
        <SpeakingMark tile={tile} />
      )}
      <bdi className={styles.name}>{tile.isLocal ? 'You' : name}</bdi>
    </p>
  );
}

function HandMark({ tile }: { readonly tile: TileModel }) {
  if (!useSignal(tile.hasHand)) return null;
  return (
    <span className={styles.hand} role="img" aria-label="Hand raised">
      <Icon name="hand" isSmall />
    </span>
  );
}

function SharingMark({ tile }: { readonly tile: TileModel }) {
  if (!useSignal(tile.isSharing)) return null;
  return (
    <span className={styles.sharing} role="img" aria-label="Sharing the screen">
      <Icon name="screen" isSmall />
    </span>
  );
}

/** Beside the ring, since colour alone says nothing. */
function SpeakingMark({ tile }: { readonly tile: TileModel }) {
  if (!useSignal(tile.isSpeaking)) return null;
  return (
    <span className={styles.speaking} role="img" aria-label="Speaking">
      <Icon name="speaking" isSmall />
    </span>
  );
}

function SpeakingRing({ tile }: { readonly tile: TileModel }) {
  return <span className={styles.ring} data-is-speaking={useSignal(tile.isSpeaking) || undefined} />;
}
