/** The question before a room is broadcast: who will be able to look on, with the link for them. */
import { useState } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { type BroadcastAudience, usualAudience } from '../state/broadcast.ts';
import type { CallModel } from '../state/call.ts';
import { liveUrl } from '../state/page-address.ts';
import appearance from './appearance.module.css';
import { CopyField } from './copy-field.tsx';
import { Confirmation, ModalDialog } from './modal.tsx';

interface BroadcastDialogProps {
  readonly call: CallModel;
  readonly roomUrl: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function BroadcastDialog(props: BroadcastDialogProps) {
  const { isOpen, onClose } = props;
  return (
    <ModalDialog title="Broadcast live" isOpen={isOpen} onClose={onClose}>
      <Questions {...props} />
    </ModalDialog>
  );
}

function Questions({ call, roomUrl, onClose }: BroadcastDialogProps) {
  const [audience, setAudience] = useState(() => usualAudience(call.room.settings.current));
  return (
    <>
      <p>An audience sees and hears everybody in the call, without an account and without coming in.</p>
      <RadioGroup
        className={appearance.choice ?? ''}
        value={audience}
        onChange={(chosen) => setAudience(chosen as BroadcastAudience)}
      >
        <Label className={appearance.label ?? ''}>Who can look on</Label>
        <div className={appearance.options}>
          {choices.map(({ id, label }) => (
            <Radio key={id} value={id} className={appearance.option ?? ''}>
              {label}
            </Radio>
          ))}
        </div>
      </RadioGroup>
      <p>{words[audience]}</p>
      <CopyField
        label="Link for the audience"
        url={liveUrl(roomUrl, audience === 'link' ? call.broadcast.key : undefined)}
        what="link"
        look="plain"
      />
      <Confirmation
        action="Go live"
        look="primary"
        onCancel={onClose}
        onConfirm={() => {
          call.broadcast.start(audience);
          onClose();
        }}
      />
    </>
  );
}

const choices: readonly { readonly id: BroadcastAudience; readonly label: string }[] = [
  { id: 'everybody', label: 'Everybody' },
  { id: 'link', label: 'With the link' },
];

const words: Readonly<Record<BroadcastAudience, string>> = {
  everybody: 'Whoever knows the name of this room, or guesses it, can look on.',
  link: 'Whoever has the link can look on, and pass it on. Nobody can guess it.',
};
