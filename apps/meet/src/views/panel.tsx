/** A small dialog that a button opens under the corner: what is behind stays in view. */
import type { ReactElement, ReactNode } from 'react';
import { Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { IconButton } from './controls.tsx';
import styles from './panel.module.css';

interface PanelProps {
  readonly title: string;
  /** The button that opens it. */
  readonly button: ReactElement;
  readonly children: (close: () => void) => ReactNode;
}

export function Panel({ title, button, children }: PanelProps) {
  return (
    <DialogTrigger>
      {button}
      <ModalOverlay className={`${styles.overlay} ${styles['at-corner']}`} isDismissable>
        <Modal className={styles.modal ?? ''}>
          <Dialog className={styles.panel ?? ''}>
            {({ close }) => (
              <>
                <PanelHeader title={title} onClose={close} />
                {children(close)}
              </>
            )}
          </Dialog>
        </Modal>
      </ModalOverlay>
    </DialogTrigger>
  );
}

export function PanelHeader({ title, onClose }: { readonly title: string; readonly onClose: () => void }) {
  return (
    <header className={styles.header}>
      <Heading slot="title" level={2} className={styles.title ?? ''}>
        {title}
      </Heading>
      <IconButton icon="close" aria-label="Close" onPress={onClose} />
    </header>
  );
}
