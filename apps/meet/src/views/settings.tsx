/** Devices and appearance during the call. */
import type { DevicesModel } from '../state/devices.ts';
import type { Preferences } from '../state/preferences.ts';
import { AppearanceChoice } from './appearance.tsx';
import { DeviceMenus } from './device-menus.tsx';
import { ModalDialog } from './modal.tsx';

interface SettingsDialogProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly devices: DevicesModel;
  readonly preferences: Preferences;
}

export function SettingsDialog({ isOpen, onClose, devices, preferences }: SettingsDialogProps) {
  return (
    <ModalDialog title="Settings" isOpen={isOpen} onClose={onClose}>
      <DeviceMenus devices={devices} />
      <AppearanceChoice preferences={preferences} hasLabel />
    </ModalDialog>
  );
}
