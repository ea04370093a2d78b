/** Everybody as one picture, over the whole stage. */
import type { CompositeModel } from '../state/composite.ts';
import styles from './composite-tile.module.css';
import { Icon } from './icons.tsx';
import { Picture } from './picture.tsx';
import { Mark } from './tile.tsx';
import { useSignal } from './use-signal.ts';

export function CompositeTile({ composite }: { readonly composite: CompositeModel }) {
  const picture = useSignal(composite.picture);
  const isLeftOut = useSignal(composite.isLeftOut);
  const label = useSignal(composite.label);
  return (
    // biome-ignore lint/a11y/useSemanticElements: people are no form's fieldset.
    <div role="group" aria-label={label} className={styles.composite}>
      <Picture track={picture} isWhole />
      {isLeftOut && (
        <Mark>
          <Icon name="pause" isSmall /> The connection is slow
        </Mark>
      )}
    </div>
  );
}
