/**
 * What somebody shares of their screen. A figure, not a group: groups are people, and tests outside of this folder find them by
 * their names.
 */
import { memo, useEffect, useRef, useState } from 'react';
import { Button } from 'react-aria-components';
import type { ShareModel } from '../state/shares.ts';
import type { Rect } from '../state/stage-layout.ts';
import { Icon, type IconName } from './icons.tsx';
import { Picture } from './picture.tsx';
import styles from './share-tile.module.css';
import { placeAt } from './tile.tsx';
import { useSignal } from './use-signal.ts';

interface ShareTileProps {
  readonly share: ShareModel;
  readonly rect: Rect;
  /** Whether it is larger than the others; undefined where there are none. */
  readonly isEnlarged: boolean | undefined;
  readonly onToggle: (id: ShareModel['id']) => void;
}

export const ShareTile = memo(function ShareTile({ share, rect, isEnlarged, onToggle }: ShareTileProps) {
  const element = useRef<HTMLElement>(null);
  const name = useSignal(share.name);
  const isReconnecting = useSignal(share.isReconnecting);
  const isLeftOut = useSignal(share.isLeftOut);
  const track = useSignal(share.picture);
  return (
    <figure
      ref={element}
      aria-label={`Screen of ${name}`}
      className={styles.share}
      style={placeAt(rect)}
      data-is-frozen={isReconnecting || undefined}
    >
      <div className={styles.header}>
        <Icon name="screen" isSmall />
        <figcaption className={styles.name}>
          <bdi>{name}</bdi>’s screen
        </figcaption>
        {isEnlarged !== undefined && (
          <Tool
            icon={isEnlarged ? 'reduce' : 'enlarge'}
            label={isEnlarged ? 'Show all screens alike' : `Enlarge the screen of ${name}`}
            onPress={() => onToggle(share.id)}
          />
        )}
        <FullScreenTool element={element} name={name} />
      </div>
      <div className={styles.picture}>
        <p className={styles.coming}>{name} is sharing their screen</p>
        <Picture track={track} isWhole />
        {isReconnecting && (
          <p className={styles.mark}>
            <Icon name="reconnect" isSmall /> Reconnecting…
          </p>
        )}
        {isLeftOut && !isReconnecting && (
          <p className={styles.mark}>
            <Icon name="pause" isSmall /> The connection is slow
          </p>
        )}
      </div>
    </figure>
  );
});

interface ToolProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onPress: () => void;
}

function Tool({ icon, label, onPress }: ToolProps) {
  return (
    <Button className={styles.tool ?? ''} aria-label={label} onPress={onPress} preventFocusOnPress>
      <Icon name={icon} isSmall />
    </Button>
  );
}

interface FullScreenToolProps {
  readonly element: React.RefObject<HTMLElement | null>;
  readonly name: string;
}

/** Not on telephones that have none. */
function FullScreenTool({ element, name }: FullScreenToolProps) {
  const [isFull, setIsFull] = useState(false);
  useEffect(() => {
    const update = () =>
      setIsFull(element.current !== null && document.fullscreenElement === element.current);
    document.addEventListener('fullscreenchange', update);
    return () => document.removeEventListener('fullscreenchange', update);
  }, [element]);
  if (!document.fullscreenEnabled) return null;
  // Refused where the page is not the one in front: then nothing changes.
  const toggle = () =>
    void (isFull ? document.exitFullscreen() : element.current?.requestFullscreen())?.catch(() => undefined);
  return (
    <Tool
      icon={isFull ? 'reduce' : 'full-screen'}
      label={isFull ? 'Leave full screen' : `Full screen: ${name}’s screen`}
      onPress={toggle}
    />
  );
}
