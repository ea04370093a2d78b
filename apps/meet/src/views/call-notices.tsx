/** What is told over the stage: the connection, who knocks, what others did, what did not work. */
import type { ChosenView } from '@plenum/client';
import type { ReactNode } from 'react';
import type { CallModel } from '../state/call.ts';
import type { CallNotice } from '../state/notices.ts';
import styles from './call.module.css';
import { ActionButton } from './controls.tsx';
import { DeviceProblems } from './device-problems.tsx';
import { Icon } from './icons.tsx';
import { Notice } from './notice.tsx';
import { Toast } from './toast.tsx';
import { useSignal } from './use-signal.ts';

interface CallNoticesProps {
  readonly call: CallModel;
}

interface CallNoticesStackProps extends CallNoticesProps {
  /** What comes from outside of the call. */
  readonly children: ReactNode;
}

export function CallNotices({ call, children }: CallNoticesStackProps) {
  return (
    <div className={styles.notices} data-over-panel>
      <ConnectionBanner call={call} />
      <TapToHear call={call} />
      {children}
      <Knocking call={call} />
      <OnePictureOffer call={call} />
      <OnePictureExplained call={call} />
      <Happenings call={call} />
      <DeviceProblems devices={call.devices} isDismissible />
    </div>
  );
}

const connectionWords: Readonly<Record<string, readonly [string, string]>> = {
  interrupted: ['Connection interrupted.', 'Reconnecting – the others may not hear you for now.'],
  reconnecting: ['Connection to the server lost.', 'Reconnecting – sound and picture may go on.'],
  waiting: ['You are in the lobby again.', 'Somebody has to let you back in.'],
};

function ConnectionBanner({ call }: CallNoticesProps) {
  const words = connectionWords[useSignal(call.roomState).name];
  // The region is there before its words, so that they are read out.
  return (
    <div role="status">
      {words !== undefined && (
        <p className={styles.banner}>
          <Icon name="warning" isSmall />
          <span>
            <strong>{words[0]}</strong> {words[1]}
          </span>
        </p>
      )}
    </div>
  );
}

function TapToHear({ call }: CallNoticesProps) {
  if (!useSignal(call.sound.isBlocked)) return null;
  return (
    <ActionButton look="primary" icon="speaker" onPress={() => call.sound.unblock()}>
      Tap to hear
    </ActionButton>
  );
}

/** Somebody is at the door. Where the list of those is in view, it says so itself. */
function Knocking({ call: { moderation, panels } }: CallNoticesProps) {
  const waiting = useSignal(moderation.waiting);
  const isListShown = useSignal(panels.shown) === 'people';
  const [first] = waiting;
  if (first === undefined || isListShown) return null;
  const { name } = first;
  if (waiting.length > 1) {
    return (
      <Toast icon="door" title={`${name} and ${waiting.length - 1} more want to come in`}>
        <ActionButton look="primary" onPress={moderation.admitAll}>
          Admit all
        </ActionButton>
        <ActionButton onPress={() => panels.open('people')}>Show them</ActionButton>
      </Toast>
    );
  }
  return (
    <Toast icon="door" title={`${name} wants to come in`}>
      <ActionButton look="primary" aria-label={`Admit ${name}`} onPress={() => moderation.admit(first)}>
        Admit
      </ActionButton>
      <ActionButton aria-label={`Refuse ${name}`} onPress={() => moderation.refuse(first)}>
        Refuse
      </ActionButton>
    </Toast>
  );
}

/** What to do about a device that is sent less than is on its screen. */
function OnePictureOffer({ call: { composite } }: CallNoticesProps) {
  if (!useSignal(composite.isOffered)) return null;
  return (
    <Toast
      icon="screen"
      title="This device cannot keep up with all pictures"
      text="The server can put everybody into one, which is less work."
    >
      <ActionButton look="primary" onPress={composite.toggle}>
        Show one picture
      </ActionButton>
      <ActionButton onPress={composite.decline}>Not now</ActionButton>
    </Toast>
  );
}

const explanations: Readonly<Record<ChosenView['reason'], string>> = {
  device: 'This device could not keep up with each by themselves.',
  line: 'Your line does not carry each by themselves.',
};

/** What happened that nobody here asked for, and how to undo it. */
function OnePictureExplained({ call: { composite } }: CallNoticesProps) {
  const reason = useSignal(composite.explanation);
  if (reason === undefined) return null;
  return (
    <Toast icon="screen" title="Everybody is shown in one picture now" text={explanations[reason]}>
      <ActionButton look="primary" onPress={composite.accept}>
        OK
      </ActionButton>
      <ActionButton onPress={composite.decline}>Show each</ActionButton>
    </Toast>
  );
}

function Happenings({ call: { notices, panels } }: CallNoticesProps) {
  const items = useSignal(notices.items);
  const ofKind = (kind: CallNotice['kind']) => items.filter((item) => item.kind === kind);
  return (
    <>
      <div role="status" className={styles.news}>
        {ofKind('news').map(({ id, title, text, panel }) => (
          <Toast key={id} icon="info" title={title} text={text} onRead={() => notices.dismiss(id)}>
            {panel !== undefined && <ActionButton onPress={() => panels.open(panel)}>Show it</ActionButton>}
          </Toast>
        ))}
      </div>
      {ofKind('problem').map(({ id, title, text, details }) => (
        <Notice key={id} title={title} text={text} {...(details !== undefined && { details })}>
          <ActionButton onPress={() => notices.dismiss(id)}>Dismiss</ActionButton>
        </Notice>
      ))}
    </>
  );
}
