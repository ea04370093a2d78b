/** A call drawn as shapes: five tiles, one of them speaking. */
import styles from './landing.module.css';

/** In the proportions of the preview that will be in the same place: 16 to 9. */
const people = [
  { x: 0, y: 14, tint: 0 },
  { x: 168, y: 14, tint: 1 },
  { x: 336, y: 14, tint: 2 },
  { x: 84, y: 112, tint: 3 },
  { x: 252, y: 112, tint: 4 },
];
const speaking = 3;

export function LandingPicture() {
  return (
    <svg className={styles.picture} viewBox="-4 0 504 216" aria-hidden="true">
      {people.map(({ x, y, tint }, index) => (
        <g key={tint} transform={`translate(${x} ${y})`} data-tint={tint}>
          <rect className={styles.tile} width="160" height="90" rx="10" />
          <circle className={styles.head} cx="80" cy="38" r="15" />
          <path className={styles.head} d="M48 90a32 30 0 0 1 64 0Z" />
          {index === speaking && (
            <rect className={styles.ring} x="1.5" y="1.5" width="157" height="87" rx="9" />
          )}
        </g>
      ))}
    </svg>
  );
}
