/** Chooses files to send. */
import { Button, FileTrigger } from 'react-aria-components';
import styles from './chat-form.module.css';
import { Icon } from './icons.tsx';

export function AttachButton({ onFiles }: { readonly onFiles: (files: FileList) => void }) {
  return (
    <FileTrigger allowsMultiple onSelect={(files) => files !== null && onFiles(files)}>
      <Button aria-label="Send a file" className={styles.attach ?? ''}>
        <Icon name="attach" />
      </Button>
    </FileTrigger>
  );
}
