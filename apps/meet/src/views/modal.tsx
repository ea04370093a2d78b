/** A dialog in the middle, over everything. */
import type { ReactNode } from 'react';
import { Dialog, Modal, ModalOverlay } from 'react-aria-components';
import { ActionButton } from './controls.tsx';
import modalStyles from './modal.module.css';
import styles from './panel.module.css';
import { PanelHeader } from './panel.tsx';

interface ModalDialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  /** `alertdialog` for a question before something that cannot be undone. */
  readonly role?: 'dialog' | 'alertdialog';
  readonly children: ReactNode;
}

export function ModalDialog({ title, isOpen, onClose, role = 'dialog', children }: ModalDialogProps) {
  return (
    <ModalOverlay
      className={styles.overlay ?? ''}
      isOpen={isOpen}
      onOpenChange={(isNow) => {
        if (!isNow) onClose();
      }}
      isDismissable
    >
      <Modal className={styles.modal ?? ''}>
        <Dialog className={styles.panel ?? ''} role={role}>
          <PanelHeader title={title} onClose={onClose} />
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

interface ConfirmationProps {
  /** What the button does, in words. */
  readonly action: string;
  /** Where it is nothing that is to be thought over twice. */
  readonly look?: 'danger' | 'primary';
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

export function Confirmation({ action, look = 'danger', onConfirm, onCancel }: ConfirmationProps) {
  return (
    <div className={modalStyles.actions}>
      <ActionButton onPress={onCancel}>Cancel</ActionButton>
      <ActionButton look={look} onPress={onConfirm}>
        {action}
      </ActionButton>
    </div>
  );
}
