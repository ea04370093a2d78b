/** Everybody as one picture, over the whole stage. */
import type { CompositeModel } from '../state/composite.ts';
import styles from './composite-tile.module.css';
import { Picture } from './picture.tsx';
import { useSignal } from './use-signal.ts';

export function CompositeTile({ composite }: { readonly composite: CompositeModel }) {
  const picture = useSignal(composite.picture);
  const label = useSignal(composite.label);
  return (
    // biome-ignore lint/a11y/useSemanticElements: people are no form's fieldset.
    <div role="group" aria-label={label} className={styles.composite}>
      <Picture track={picture} isWhole />
    </div>
  );
}
