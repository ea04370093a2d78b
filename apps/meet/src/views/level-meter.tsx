/** Moves when one speaks. Draws past React, once a frame. */
import { useEffect, useRef, useState } from 'react';
import type { DevicesModel } from '../state/devices.ts';
import { Icon } from './icons.tsx';
import styles from './level-meter.module.css';
import { useSignal } from './use-signal.ts';

/** Louder than a quiet room's noise. */
const heardLevel = 0.08;

export function LevelMeter({ devices }: { readonly devices: DevicesModel }) {
  const isOn = useSignal(devices.isMicrophoneOn);
  const [wasHeard, setWasHeard] = useState(false);
  const fill = useRef<HTMLSpanElement>(null);
  const { media } = devices;

  useEffect(() => {
    if (!isOn) return;
    let frame = 0;
    let shown = 0;
    const draw = () => {
      const level = media.level();
      // Rises at once and falls slowly, as meters do.
      shown = Math.max(level, shown * 0.9);
      fill.current?.style.setProperty('transform', `scaleX(${Math.min(1, shown).toFixed(3)})`);
      if (level > heardLevel) setWasHeard(true);
      frame = requestAnimationFrame(draw);
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [isOn, media]);

  const words = isOn ? (wasHeard ? 'We can hear you' : 'Say something to test') : 'Microphone is off';
  return (
    <div className={styles.meter}>
      <Icon name={isOn ? 'microphone' : 'microphone-off'} isSmall />
      <span className={styles.track} aria-hidden="true">
        {isOn && <span className={styles.fill} ref={fill} />}
      </span>
      <span className={styles.words} role="status">
        {words}
      </span>
    </div>
  );
}
