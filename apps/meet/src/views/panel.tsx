/** A small dialog that a button opens beside the bar or under the corner: the call stays in view. */
import type { ReactElement, ReactNode } from 'react';
import { Dialog, DialogTrigger, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { IconButton } from './controls.tsx';
import styles from './panel.module.css';

interface PanelProps {
  readonly title: string;
  readonly place: 'at-bar' | 'at-corner';
  /** The button that opens it. */
  readonly button: ReactElement;
  readonly children: (close: () => void) => ReactNode;
}

export function Panel({ title, place, button, children }: PanelProps) {
  return (
    <DialogTrigger>
      {button}
      <ModalOverlay className={`${styles.overlay} ${styles[place]}`} isDismissable>
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
