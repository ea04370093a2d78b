/** One's own picture: mirrored, small, and movable by dragging, by a press and by the arrow keys. */
import { type PointerEvent, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { Preferences } from '../state/preferences.ts';
import { cornerAfterKey, nextCorner } from '../state/self-corner.ts';
import { type Corner, nearestCorner, type Rect, type Size } from '../state/stage-layout.ts';
import type { TileModel } from '../state/tile.ts';
import { Icon } from './icons.tsx';
import styles from './tile.module.css';
import { placeAt, TileContent } from './tile.tsx';
import { useSignal } from './use-signal.ts';

interface SelfTileProps {
  readonly tile: TileModel;
  readonly rect: Rect;
  readonly stage: Size;
  readonly isDocked: boolean;
  /** Alone, there is nowhere to move it. */
  readonly isMovable: boolean;
  readonly preferences: Preferences;
}

export function SelfTile({ tile, rect, stage, isDocked, isMovable, preferences }: SelfTileProps) {
  const name = useSignal(tile.name);
  const corner = useSignal(preferences.values).selfCorner ?? 'bottom-right';
  const move = (selfCorner: Corner) => preferences.update({ selfCorner });
  const drag = useDrag(rect, (dropped) => move(nearestCorner(dropped, stage)));
  const place = drag.rect ?? rect;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a participant is no form's fieldset.
    <div
      role="group"
      aria-label={`${name} (you)`}
      className={styles.self}
      style={placeAt(place)}
      data-is-floating={!isDocked || undefined}
      data-is-dragged={drag.rect !== undefined || undefined}
      {...(isMovable ? drag.handlers : {})}
    >
      <TileContent tile={tile} isMirrored>
        {isMovable && (
          <Button
            className={styles.handle ?? ''}
            aria-label={`Move your picture, now ${corner.replace('-', ' ')}`}
            onPress={() => move(nextCorner(corner))}
            onKeyDown={(event) => {
              const next = cornerAfterKey(corner, event.key);
              if (next === undefined) event.continuePropagation();
              else move(next);
            }}
          >
            <Icon name="move" isSmall />
          </Button>
        )}
      </TileContent>
    </div>
  );
}

/** Below this it was a click with an unsteady hand. */
const dragThreshold = 4;

function useDrag(rect: Rect, onDrop: (rect: Rect) => void) {
  const [moved, setMoved] = useState<Rect>();
  const start = useRef<{ readonly x: number; readonly y: number; readonly rect: Rect }>(undefined);

  const rectAt = (event: PointerEvent): Rect | undefined => {
    const from = start.current;
    if (from === undefined) return undefined;
    const x = event.clientX - from.x;
    const y = event.clientY - from.y;
    return Math.hypot(x, y) < dragThreshold && moved === undefined
      ? undefined
      : { ...from.rect, x: from.rect.x + x, y: from.rect.y + y };
  };
  const end = () => {
    start.current = undefined;
    setMoved(undefined);
  };
  return {
    rect: moved,
    handlers: {
      onPointerDown(event: PointerEvent) {
        const isOnButton = event.target instanceof Element && event.target.closest('button') !== null;
        if (event.button !== 0 || isOnButton) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, y: event.clientY, rect };
      },
      onPointerMove(event: PointerEvent) {
        const next = rectAt(event);
        if (next !== undefined) setMoved(next);
      },
      onPointerUp(event: PointerEvent) {
        const dropped = rectAt(event);
        end();
        if (dropped !== undefined) onDrop(dropped);
      },
      onPointerCancel: end,
    },
  };
}
