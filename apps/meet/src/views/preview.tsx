/** One's own picture as in a mirror, with the two switches on it. */
import { Button } from 'react-aria-components';
import type { DevicesModel } from '../state/devices.ts';
import { Avatar } from './avatar.tsx';
import { Icon, type IconName } from './icons.tsx';
import { Picture } from './picture.tsx';
import styles from './preview.module.css';
import { useSignal } from './use-signal.ts';

interface PreviewProps {
  readonly devices: DevicesModel;
  readonly name: string;
}

export function Preview({ devices, name }: PreviewProps) {
  const camera = useSignal(devices.media.camera);
  const isCameraOn = useSignal(devices.isCameraOn);
  const isMicrophoneOn = useSignal(devices.isMicrophoneOn);
  return (
    <div className={styles.preview}>
      <Avatar name={name} />
      <Picture track={camera.name === 'on' ? camera.track : undefined} isMirrored />
      {camera.name !== 'on' && (
        <p className={styles.state}>{camera.name === 'starting' ? 'Camera is starting…' : 'Camera is off'}</p>
      )}
      <div className={styles.switches}>
        <PreviewSwitch
          icon={isMicrophoneOn ? 'microphone' : 'microphone-off'}
          label={isMicrophoneOn ? 'Turn off microphone' : 'Turn on microphone'}
          isOff={!isMicrophoneOn}
          onPress={devices.toggleMicrophone}
        />
        <PreviewSwitch
          icon={isCameraOn ? 'camera' : 'camera-off'}
          label={isCameraOn ? 'Turn off camera' : 'Turn on camera'}
          isOff={!isCameraOn}
          onPress={devices.toggleCamera}
        />
      </div>
    </div>
  );
}

interface PreviewSwitchProps {
  readonly icon: IconName;
  readonly label: string;
  readonly isOff: boolean;
  readonly onPress: () => void;
}

function PreviewSwitch({ icon, label, isOff, onPress }: PreviewSwitchProps) {
  return (
    <Button
      className={styles.switch ?? ''}
      aria-label={label}
      data-is-off={isOff || undefined}
      onPress={onPress}
    >
      <Icon name={icon} />
    </Button>
  );
}
