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

export function Picture({ track, isMirrored = false, isWhole = false, onFrozen }: PictureProps) {
  const video = useRef<HTMLVideoElement>(null);
  const [hasFrame, setHasFrame] = useState(false);
  const [isUpright, setIsUpright] = useState(false);

  useEffect(() => {
    const element = video.current;
    if (element === null || track === undefined) return;
    show(element, track);
    // Muted video may always play; a rejection means that the track was replaced meanwhile.
    element.play().catch(() => undefined);
    const stop = watchFrames(element, track, {
      onFirstFrame: () => setHasFrame(true),
      onFrozen: (isFrozen) => onFrozen?.(isFrozen),
    });
    return () => {
      stop();
      onFrozen?.(false);
    };
  }, [track, onFrozen]);

  useEffect(() => {
    const element = video.current;
    if (track !== undefined || element === null) return;
    element.srcObject = null;
    setHasFrame(false);
  }, [track]);

  return (
    <video
      ref={video}
      className={styles.picture}
      data-is-shown={hasFrame || undefined}
      data-is-mirrored={isMirrored || undefined}
      data-is-upright={(isUpright && !isWhole) || undefined}
      data-is-whole={isWhole || undefined}
      autoPlay
      playsInline
      muted
      aria-hidden="true"
      tabIndex={-1}
      disablePictureInPicture
      onResize={({ currentTarget }) => setIsUpright(currentTarget.videoHeight > currentTarget.videoWidth)}
    />
  );
}

/** In place of another track the last frame stays until there is a new one. */
function show(element: HTMLVideoElement, track: MediaStreamTrack): void {
  const before = element.srcObject;
  if (!(before instanceof MediaStream)) {
    element.srcObject = new MediaStream([track]);
    return;
  }

  before.addTrack(track);
  for (const other of before.getTracks()) if (other !== track) before.removeTrack(other);
}

interface FrameListeners {
  readonly onFirstFrame: () => void;
  readonly onFrozen: (isFrozen: boolean) => void;
}

// Counted now and then rather than told of each frame: with many pictures that costs a page a good part of its time.
function watchFrames(
  video: HTMLVideoElement,
  track: MediaStreamTrack,
  { onFirstFrame, onFrozen }: FrameListeners,
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
  video.addEventListener('loadeddata', onFirstFrame);
  return () => {
    clearInterval(timer);
    video.removeEventListener('loadeddata', onFirstFrame);
  };
}
