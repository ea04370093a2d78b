/** What is wanted now and then; on a phone also what the bar has no room for. */
import { useRef, useState } from 'react';
import type { CallModel } from '../state/call.ts';
import { BarButton } from './bar-button.tsx';
import { ActionMenu, type MenuEntry } from './menu.tsx';
import { ReactionPalette } from './reaction-button.tsx';
import { isSideways, useMedia } from './use-media.ts';
import { useSignal } from './use-signal.ts';

/** Dialogs that the bar opens. */
export type BarDialog = 'invite' | 'settings' | 'help' | 'broadcast';

type MoreEntry = MenuEntry & {
  readonly id: BarDialog | 'connection' | 'react' | 'file' | 'view' | 'record';
};

const entries: readonly MoreEntry[] = [
  { id: 'invite', label: 'Invite people', icon: 'invite' },
  { id: 'connection', label: 'Connection', icon: 'connection' },
  { id: 'settings', label: 'Settings', icon: 'settings' },
  { id: 'help', label: 'Keyboard shortcuts', icon: 'help' },
];
const entriesOfSenders: readonly MoreEntry[] = [
  { id: 'react', label: 'React', icon: 'reaction' },
  { id: 'file', label: 'Send a file', icon: 'attach' },
];

/** Which of the two views it is that one can change to. */
function viewEntry(isComposite: boolean): MoreEntry {
  const label = isComposite ? 'Show everybody by themselves' : 'Show one picture of everybody';
  return { id: 'view', label, icon: isComposite ? 'people' : 'screen' };
}

function recordEntry(isOn: boolean): MoreEntry {
  return { id: 'record', label: isOn ? 'Stop recording' : 'Record', icon: 'record', isDanger: isOn };
}

function broadcastEntry(isOn: boolean): MoreEntry {
  return {
    id: 'broadcast',
    label: isOn ? 'Stop broadcast' : 'Broadcast live',
    icon: 'broadcast',
    isDanger: isOn,
  };
}

interface MoreMenuProps {
  readonly call: CallModel;
  readonly onOpen: (dialog: BarDialog) => void;
}

export function MoreMenu({ call, onOpen }: MoreMenuProps) {
  const { chat: maySend, moderate } = useSignal(call.room.permissions);
  const isRecording = useSignal(call.recording.isOn);
  const isLive = useSignal(call.broadcast.isOn);
  const isComposite = useSignal(call.composite.isWanted);
  const isMesh = useSignal(call.room.topology) === 'mesh';
  // There only the application may.
  const mayBroadcast = useSignal(call.room.settings).guests !== 'refused';
  const button = useRef<HTMLButtonElement>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const [isReacting, setIsReacting] = useState(false);
  const isBesideBar = useMedia(isSideways);
  const choose = (id: MoreEntry['id']) => {
    if (id === 'react') setIsReacting(true);
    else if (id === 'file') chooser.current?.click();
    else if (id === 'view') call.composite.toggle();
    else if (id === 'record') call.recording.toggle();
    else if (id === 'broadcast' && isLive) call.broadcast.stop();
    else if (id === 'connection') call.panels.open(id);
    else onOpen(id);
  };
  return (
    <>
      <ActionMenu
        label="More"
        button={<BarButton ref={button} icon="more" label="More" />}
        entries={[
          ...(maySend ? entriesOfSenders : []),
          ...(isMesh ? [] : [viewEntry(isComposite)]),
          ...(moderate && !isMesh ? [recordEntry(isRecording)] : []),
          ...(moderate && !isMesh && (mayBroadcast || isLive) ? [broadcastEntry(isLive)] : []),
          ...entries,
        ]}
        onChoose={(id) => choose(id as MoreEntry['id'])}
        {...(isBesideBar && { placement: 'left bottom' as const })}
      />
      <ReactionPalette call={call} anchor={button} isOpen={isReacting} onOpenChange={setIsReacting} />
      <input
        ref={chooser}
        type="file"
        multiple
        hidden
        onChange={({ currentTarget }) => {
          call.sendFiles([...(currentTarget.files ?? [])]);
          // So that the same file can be chosen again.
          currentTarget.value = '';
        }}
      />
    </>
  );
}
