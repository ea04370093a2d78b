/** The keys of the call, and the switch for them (WCAG 2.1.4: single keys must be possible to switch off). */
import { Dialog, Modal, ModalOverlay, Switch } from 'react-aria-components';
import type { Preferences } from '../state/preferences.ts';
import { shortcuts } from '../state/shortcuts.ts';
import styles from './panel.module.css';
import { PanelHeader } from './panel.tsx';
import { useSignal } from './use-signal.ts';

interface HelpDialogProps {
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
  readonly preferences: Preferences;
}

export function HelpDialog({ isOpen, onOpenChange, preferences }: HelpDialogProps) {
  const { hasShortcuts } = useSignal(preferences.values);
  return (
    <ModalOverlay className={styles.overlay ?? ''} isOpen={isOpen} onOpenChange={onOpenChange} isDismissable>
      <Modal className={styles.modal ?? ''}>
        <Dialog className={styles.panel ?? ''}>
          <PanelHeader title="Keyboard shortcuts" onClose={() => onOpenChange(false)} />
          <dl className={styles.keys} data-is-off={!hasShortcuts || undefined}>
            {shortcuts.map(({ action, keys, description }) => (
              <div key={action} className={styles.key}>
                <dt>{description}</dt>
                <dd>
                  {keys.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dd>
              </div>
            ))}
          </dl>
          <Switch
            className={styles.switch ?? ''}
            isSelected={hasShortcuts}
            onChange={(isOn) => preferences.update({ hasShortcuts: isOn })}
          >
            Use keyboard shortcuts
            <span className={styles.knob} />
          </Switch>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
