/** The call's controls. Names of the buttons are a contract with tests that nobody here wrote. */
import type { ReactElement } from 'react';
import { Button, type ButtonProps, Tooltip, TooltipTrigger } from 'react-aria-components';
import type { CallModel } from '../state/call.ts';
import type { DevicesModel } from '../state/devices.ts';
import type { MeetingModel } from '../state/meeting.ts';
import styles from './bar.module.css';
import { ForScreenReaders } from './controls.tsx';
import { Icon, type IconName } from './icons.tsx';
import { Settings } from './settings.tsx';
import { useCopy } from './use-copy.ts';
import { useSignal } from './use-signal.ts';

interface BarProps {
  readonly meeting: MeetingModel;
  readonly call: CallModel;
  readonly onHelp: () => void;
}

export function Bar({ meeting, call, onHelp }: BarProps) {
  const { devices } = call;
  return (
    <section className={styles.bar} aria-label="Call controls">
      <div className={styles.start}>
        <span className={styles.room} dir="auto">
          {meeting.room}
        </span>
      </div>
      <div className={styles.middle}>
        <MicrophoneButton devices={devices} />
        <CameraButton devices={devices} />
        <Settings
          devices={devices}
          preferences={meeting.preferences}
          onHelp={onHelp}
          button={<BarButton icon="settings" label="Settings" />}
        />
        <BarButton icon="leave" label="Leave" isDanger onPress={meeting.leave} />
      </div>
      <div className={styles.end}>
        <CopyLinkButton url={meeting.roomUrl} />
        <PeopleCount call={call} />
      </div>
    </section>
  );
}

function MicrophoneButton({ devices }: { readonly devices: DevicesModel }) {
  const isOn = useSignal(devices.isMicrophoneOn);
  return (
    <BarButton
      icon={isOn ? 'microphone' : 'microphone-off'}
      label={isOn ? 'Mute' : 'Unmute'}
      hint="M"
      isOff={!isOn}
      onPress={devices.toggleMicrophone}
    />
  );
}

function CameraButton({ devices }: { readonly devices: DevicesModel }) {
  const isOn = useSignal(devices.isCameraOn);
  return (
    <BarButton
      icon={isOn ? 'camera' : 'camera-off'}
      label={isOn ? 'Stop video' : 'Start video'}
      hint="V"
      isOff={!isOn}
      onPress={devices.toggleCamera}
    />
  );
}

function CopyLinkButton({ url }: { readonly url: string }) {
  const { isCopied, copy } = useCopy(url);
  return (
    <>
      <BarButton
        icon={isCopied ? 'check' : 'link'}
        label={isCopied ? 'Copied' : 'Copy link'}
        onPress={copy}
      />
      <ForScreenReaders>
        <span role="status">{isCopied ? 'Link copied' : ''}</span>
      </ForScreenReaders>
    </>
  );
}

function PeopleCount({ call }: { readonly call: CallModel }) {
  const count = useSignal(call.count);
  return (
    <p className={styles.count}>
      <Icon name="people" />
      <span aria-hidden="true">{count}</span>
      <ForScreenReaders>{count === 1 ? '1 person' : `${count} people`} in the call</ForScreenReaders>
    </p>
  );
}

interface BarButtonProps extends Pick<ButtonProps, 'onPress'> {
  readonly icon: IconName;
  readonly label: string;
  readonly hint?: string;
  /** Microphone or camera is off. */
  readonly isOff?: boolean;
  readonly isDanger?: boolean;
}

/** The pointer leaves focus where it is, so that the space bar stays push-to-talk after a click. */
function BarButton({
  icon,
  label,
  hint,
  isOff = false,
  isDanger = false,
  ...press
}: BarButtonProps): ReactElement {
  return (
    <TooltipTrigger delay={500}>
      <Button
        {...press}
        preventFocusOnPress
        aria-label={label}
        className={styles.button ?? ''}
        data-is-off={isOff || undefined}
        data-is-danger={isDanger || undefined}
      >
        <Icon name={icon} />
        <span className={styles.label}>{label}</span>
      </Button>
      <Tooltip className={styles.tooltip ?? ''} offset={8}>
        {label}
        {hint !== undefined && <kbd>{hint}</kbd>}
      </Tooltip>
    </TooltipTrigger>
  );
}
