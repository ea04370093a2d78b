/** A `<video>` of a person or a screen: there from the start, seen from its first frame on, and honest about being frozen. */
import { useEffect, useRef, useState } from 'react';
import { FrozenWatch } from '../state/frozen-watch.ts';
import styles from './picture.module.css';

interface PictureProps {
  readonly track: MediaStreamTrack | undefined;
  readonly isMirrored?: boolean;
  /** Nothing may be cut off, as of a screen. */
  readonly isWhole?: boolean;
  readonly onFrozen?: (isFrozen: boolean) => void;
}

/** Often enough to notice within the second, seldom enough for 49 pictures. */
const checkMs = 250;

export function Picture({ track, ...look }: PictureProps) {
  const [shown, setShown] = useState<MediaStreamTrack>();
  useEffect(() => {
    if (track === undefined) setShown(undefined);
  }, [track]);

  return tracksToPlay(shown, track).map((one) => (
    <TrackVideo key={one.id} track={one} isShown={one === shown} onFirstFrame={setShown} {...look} />
  ));
}

/** In place of another track the one that is seen goes on until there is a frame of its successor, which plays behind it. */
function tracksToPlay(
  shown: MediaStreamTrack | undefined,
  track: MediaStreamTrack | undefined,
): readonly MediaStreamTrack[] {
  if (track === undefined) return [];
  return shown === undefined || shown === track ? [track] : [shown, track];
}

interface TrackVideoProps extends PictureProps {
  /** The same for the whole of its life. */
  readonly track: MediaStreamTrack;
  readonly isShown: boolean;
  readonly onFirstFrame: (track: MediaStreamTrack) => void;
}

function TrackVideo({
  track,
  isShown,
  isMirrored = false,
  isWhole = false,
  onFirstFrame,
  onFrozen,
}: TrackVideoProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [isUpright, setIsUpright] = useState(false);

  useEffect(() => {
    const element = video.current;
    if (element === null) return;
    element.srcObject = new MediaStream([track]);
    // Muted video may always play; a rejection means that it is gone again.
    element.play().catch(() => undefined);
    return () => {
      element.srcObject = null;
    };
  }, [track]);

  useEffect(() => {
    const element = video.current;
    if (element === null || !isShown || onFrozen === undefined) return;
    const stop = watchFrames(element, track, onFrozen);
    return () => {
      stop();
      onFrozen(false);
    };
  }, [track, isShown, onFrozen]);

  return (
    <video
      ref={video}
      className={styles.picture}
      data-is-shown={isShown || undefined}
      data-is-mirrored={isMirrored || undefined}
      data-is-upright={(isUpright && !isWhole) || undefined}
      data-is-whole={isWhole || undefined}
      autoPlay
      playsInline
      muted
      aria-hidden="true"
      tabIndex={-1}
      disablePictureInPicture
      onLoadedData={() => onFirstFrame(track)}
      onResize={({ currentTarget }) => setIsUpright(currentTarget.videoHeight > currentTarget.videoWidth)}
    />
  );
}

// Counted now and then rather than told of each frame: with many pictures that costs a page a good part of its time.
function watchFrames(
  video: HTMLVideoElement,
  track: MediaStreamTrack,
  onFrozen: (isFrozen: boolean) => void,
): () => void {
  const watch = new FrozenWatch();
  let wasFrozen = false;
  let framesBefore = 0;
  const check = () => {
    const now = performance.now();
    const frames = video.getVideoPlaybackQuality().totalVideoFrames;
    if (frames !== framesBefore) watch.frameShown(now);
    framesBefore = frames;
    if (document.hidden || track.readyState === 'ended') watch.pageShown(now);
    const isFrozen = watch.isFrozen(now);
    if (isFrozen !== wasFrozen) onFrozen(isFrozen);
    wasFrozen = isFrozen;
  };
  const timer = setInterval(check, checkMs);
  return () => clearInterval(timer);
}
