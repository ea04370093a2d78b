/** The question before somebody is removed. */
import { useState } from 'react';
import { Checkbox, Label, TextArea, TextField } from 'react-aria-components';
import type { RemoveOptions } from '../state/moderation.ts';
import type { PersonRow } from '../state/people.ts';
import { Icon } from './icons.tsx';
import { Confirmation, ModalDialog } from './modal.tsx';
import styles from './remove-dialog.module.css';

interface RemoveDialogProps {
  /** Whom; closed while there is nobody. */
  readonly person: PersonRow | undefined;
  readonly onClose: () => void;
  readonly onRemove: (person: PersonRow, options: RemoveOptions) => void;
}

export function RemoveDialog({ person, onClose, onRemove }: RemoveDialogProps) {
  return (
    <ModalDialog
      title={`Remove ${person?.name ?? ''}?`}
      isOpen={person !== undefined}
      onClose={onClose}
      role="alertdialog"
    >
      {person !== undefined && <Questions {...{ person, onClose, onRemove }} />}
    </ModalDialog>
  );
}

function Questions({ person, onClose, onRemove }: RemoveDialogProps & { readonly person: PersonRow }) {
  const [reason, setReason] = useState('');
  const [isBanned, setIsBanned] = useState(false);
  return (
    <>
      <TextField className={styles.field ?? ''} value={reason} onChange={setReason} maxLength={500}>
        <Label>Reason, shown to them (may be empty)</Label>
        <TextArea className={styles.input ?? ''} dir="auto" rows={2} />
      </TextField>
      <Checkbox className={styles.check ?? ''} isSelected={isBanned} onChange={setIsBanned}>
        <span className={styles.box}>
          <Icon name="check" isSmall />
        </span>
        They may not come back
      </Checkbox>
      <Confirmation
        action="Remove"
        onCancel={onClose}
        onConfirm={() => {
          onRemove(person, { reason, isBanned });
          onClose();
        }}
      />
    </>
  );
}
