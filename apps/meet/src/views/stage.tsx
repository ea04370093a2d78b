/** What is shared, and the tiles of the current page, with one's own. */
import { type RefObject, useEffect, useRef } from 'react';
import type { CallModel } from '../state/call.ts';
import type { Preferences } from '../state/preferences.ts';
import type { Size } from '../state/stage-layout.ts';
import { CompositeTile } from './composite-tile.tsx';
import { IconButton } from './controls.tsx';
import { SelfTile } from './self-tile.tsx';
import { ShareTile } from './share-tile.tsx';
import styles from './stage.module.css';
import { Tile } from './tile.tsx';
import { useSignal } from './use-signal.ts';

interface StageProps {
  readonly call: CallModel;
  readonly preferences: Preferences;
}

export function Stage({ call, preferences }: StageProps) {
  const element = useRef<HTMLDivElement>(null);
  const others = useSignal(call.others);
  const { shares } = call;
  const screens = useSignal(shares.all);
  const enlarged = useSignal(shares.enlarged);
  const layout = useSignal(call.layout);
  const isComposite = useSignal(call.composite.isShown);
  useSize(element, call.setStage);
  useSwipe(element, call.turnPage);
  const onPage = others.slice(layout.firstTile, layout.firstTile + layout.tiles.length);
  const stage = { width: element.current?.clientWidth ?? 0, height: element.current?.clientHeight ?? 0 };
  const tiles = (
    <>
      {screens.map((share, index) => {
        const rect = layout.shares[index];
        const isEnlarged = screens.length > 1 ? index === enlarged : undefined;
        return rect === undefined ? null : (
          <ShareTile key={share.id} onToggle={shares.toggleEnlarged} {...{ share, rect, isEnlarged }} />
        );
      })}
      {onPage.map((tile, index) => {
        const rect = layout.tiles[index];
        return rect === undefined ? null : <Tile key={tile.id} tile={tile} rect={rect} />;
      })}
      <SelfTile
        tile={call.self}
        rect={layout.self}
        stage={stage}
        isDocked={layout.selfIsDocked}
        isMovable={others.length > 0 && screens.length === 0}
        preferences={preferences}
      />
    </>
  );
  return (
    <div className={styles.frame}>
      <div className={styles.stage} ref={element}>
        {isComposite && <CompositeTile composite={call.composite} />}
        {!isComposite && tiles}
      </div>
      {!isComposite && layout.pageCount > 1 && (
        <nav className={styles.pager} aria-label="Pages of people">
          <IconButton
            icon="left"
            aria-label="Previous page"
            isDisabled={layout.page === 0}
            onPress={() => call.turnPage(-1)}
          />
          <span aria-live="polite">
            Page {layout.page + 1} of {layout.pageCount}
          </span>
          <IconButton
            icon="right"
            aria-label="Next page"
            isDisabled={layout.page === layout.pageCount - 1}
            onPress={() => call.turnPage(1)}
          />
        </nav>
      )}
    </div>
  );
}

function useSize(element: RefObject<HTMLElement | null>, onSize: (size: Size) => void): void {
  useEffect(() => {
    if (element.current === null) return;
    const measure = (target: Element) => onSize({ width: target.clientWidth, height: target.clientHeight });
    measure(element.current);
    const observer = new ResizeObserver(([entry]) => entry && measure(entry.target));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element, onSize]);
}

/** Farther than a tap, mostly sideways. */
const swipePixels = 60;

/** Turning pages with a finger; the buttons do the same. */
function useSwipe(element: RefObject<HTMLElement | null>, onTurn: (by: number) => void): void {
  useEffect(() => {
    const target = element.current;
    if (target === null) return;
    let start: Touch | undefined;
    const handleStart = (event: TouchEvent) => {
      start = event.touches.length === 1 ? event.touches[0] : undefined;
    };
    const handleEnd = (event: TouchEvent) => {
      const end = event.changedTouches[0];
      if (start === undefined || end === undefined) return;
      const x = end.clientX - start.clientX;
      const y = end.clientY - start.clientY;
      start = undefined;
      if (Math.abs(x) > swipePixels && Math.abs(x) > 2 * Math.abs(y)) onTurn(x < 0 ? 1 : -1);
    };
    target.addEventListener('touchstart', handleStart, { passive: true });
    target.addEventListener('touchend', handleEnd, { passive: true });
    return () => {
      target.removeEventListener('touchstart', handleStart);
      target.removeEventListener('touchend', handleEnd);
    };
  }, [element, onTurn]);
}
