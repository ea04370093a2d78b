/** Dark, light, or as the system says. */
import { Label, Radio, RadioGroup } from 'react-aria-components';
import type { Preferences, Theme } from '../state/preferences.ts';
import styles from './appearance.module.css';
import { IconButton } from './controls.tsx';
import { Panel } from './panel.tsx';
import { useSignal } from './use-signal.ts';

const themes: readonly { readonly id: Theme; readonly label: string }[] = [
  { id: 'system', label: 'System' },
  { id: 'light', label: 'Light' },
  { id: 'dark', label: 'Dark' },
];

interface AppearanceChoiceProps {
  readonly preferences: Preferences;
  /** Where a title says it already, only screen readers need the label. */
  readonly hasLabel?: boolean;
}

export function AppearanceChoice({ preferences, hasLabel = false }: AppearanceChoiceProps) {
  const { theme } = useSignal(preferences.values);
  return (
    <RadioGroup
      className={styles.choice ?? ''}
      value={theme}
      {...(hasLabel ? {} : { 'aria-label': 'Appearance' })}
      onChange={(chosen) => preferences.update({ theme: chosen as Theme })}
    >
      {hasLabel && <Label className={styles.label ?? ''}>Appearance</Label>}
      <div className={styles.options}>
        {themes.map(({ id, label }) => (
          <Radio key={id} value={id} className={styles.option ?? ''}>
            {label}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

/** In the corner of the screens without settings. */
export function AppearanceMenu({ preferences }: { readonly preferences: Preferences }) {
  const button = <IconButton icon="appearance" aria-label="Appearance" />;
  return (
    <Panel title="Appearance" button={button}>
      {() => <AppearanceChoice preferences={preferences} />}
    </Panel>
  );
}
