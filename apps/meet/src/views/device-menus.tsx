/** The three device menus and the speaker test: before the call and in its settings. */

import type { DeviceState, MediaDevice } from '@plenum/client';
import { useState } from 'react';
import { canChooseSpeaker, playTestSound } from '../state/browser-audio.ts';
import type { DevicesModel } from '../state/devices.ts';
import { ActionButton } from './controls.tsx';
import styles from './device-menus.module.css';
import { type Choice, SelectMenu } from './select-menu.tsx';
import { useSignal } from './use-signal.ts';

export function DeviceMenus({ devices }: { readonly devices: DevicesModel }) {
  const { media, choose } = devices;
  const all = useSignal(media.devices);
  const camera = useSignal(media.camera);
  const microphone = useSignal(media.microphone);
  const speakerId = useSignal(media.speakerId);
  return (
    <div className={styles.menus}>
      {isOffered(camera, all, 'camera') && (
        <SelectMenu
          label="Camera"
          icon="camera"
          choices={choicesOf(all, 'camera')}
          chosen={chosenOf(camera, all, 'camera')}
          emptyText="No camera"
          onChoose={(id) => choose('camera', id)}
        />
      )}
      {isOffered(microphone, all, 'microphone') && (
        <SelectMenu
          label="Microphone"
          icon="microphone"
          choices={choicesOf(all, 'microphone')}
          chosen={chosenOf(microphone, all, 'microphone')}
          emptyText="No microphone"
          onChoose={(id) => choose('microphone', id)}
        />
      )}
      <div className={styles.speaker}>
        {canChooseSpeaker() && (
          <SelectMenu
            label="Speaker"
            icon="speaker"
            choices={speakerChoices(all)}
            chosen={speakerId}
            emptyText="System’s speaker"
            onChoose={(id) => choose('speaker', id)}
          />
        )}
        <SpeakerTest speakerId={speakerId} />
      </div>
    </div>
  );
}

function SpeakerTest({ speakerId }: { readonly speakerId: string }) {
  const [state, setState] = useState<'idle' | 'playing' | 'failed'>('idle');
  const test = async () => {
    setState('playing');
    setState(
      await playTestSound(speakerId).then(
        () => 'idle' as const,
        () => 'failed' as const,
      ),
    );
  };
  const words = { idle: 'Test', playing: 'Playing…', failed: 'No sound' }[state];
  return (
    <ActionButton
      aria-label={state === 'idle' ? 'Test speaker' : words}
      isDisabled={state === 'playing'}
      onPress={() => void test()}
    >
      {words}
    </ActionButton>
  );
}

function choicesOf(all: readonly MediaDevice[], kind: MediaDevice['kind']): readonly Choice[] {
  const ofKind = all.filter((device) => device.kind === kind);
  // Before permission is given all devices have the same, empty id: one of them stands for all.
  return ofKind.filter(({ id }, index) => ofKind.findIndex((other) => other.id === id) === index);
}

/** Where a device failed and there is no other, the problem's words stand in place of its menu. */
function isOffered(state: DeviceState, all: readonly MediaDevice[], kind: MediaDevice['kind']): boolean {
  return state.name !== 'failed' || choicesOf(all, kind).length > 0;
}

/** The list of loudspeakers may lack the system's own one, which can always be chosen. */
function speakerChoices(all: readonly MediaDevice[]): readonly Choice[] {
  const speakers = choicesOf(all, 'speaker');
  const system = { id: '', label: 'System’s speaker' };
  return speakers.some(({ id }) => id === '') ? speakers : [system, ...speakers];
}

function chosenOf(state: DeviceState, all: readonly MediaDevice[], kind: MediaDevice['kind']): string {
  return state.name === 'on' ? state.deviceId : (choicesOf(all, kind)[0]?.id ?? '');
}
