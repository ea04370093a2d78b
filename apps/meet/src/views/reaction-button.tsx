/** The palette of reactions, behind one button of the bar. It stays open: applause is more than one. */
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components';
import type { CallModel } from '../state/call.ts';
import { palette } from '../state/reactions.ts';
import { BarButton } from './bar-button.tsx';
import styles from './reactions.module.css';
import { useSignal } from './use-signal.ts';

export function ReactionButton({ call: { reactions, room } }: { readonly call: CallModel }) {
  const { chat: maySend } = useSignal(room.permissions);
  if (!maySend) return null;
  return (
    <DialogTrigger>
      <BarButton icon="reaction" label="React" />
      <Popover className={styles.popover ?? ''} placement="top" offset={8}>
        <Dialog className={styles.palette ?? ''} aria-label="Reactions">
          {palette.map(({ emoji, word }) => (
            <Button
              key={emoji}
              className={styles.choice ?? ''}
              aria-label={word}
              onPress={() => reactions.react(emoji)}
            >
              <span aria-hidden="true">{emoji}</span>
            </Button>
          ))}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
