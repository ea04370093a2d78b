/** Devices and appearance during the call. */
import type { ReactElement } from 'react';
import type { DevicesModel } from '../state/devices.ts';
import type { Preferences } from '../state/preferences.ts';
import { AppearanceChoice } from './appearance.tsx';
import { ActionButton } from './controls.tsx';
import { DeviceMenus } from './device-menus.tsx';
import { Panel } from './panel.tsx';

interface SettingsProps {
  readonly devices: DevicesModel;
  readonly preferences: Preferences;
  readonly onHelp: () => void;
  readonly button: ReactElement;
}

export function Settings({ devices, preferences, onHelp, button }: SettingsProps) {
  return (
    <Panel title="Settings" place="at-bar" button={button}>
      {(close) => (
        <>
          <DeviceMenus devices={devices} />
          <AppearanceChoice preferences={preferences} hasLabel />
          <ActionButton
            onPress={() => {
              close();
              onHelp();
            }}
          >
            Keyboard shortcuts
          </ActionButton>
        </>
      )}
    </Panel>
  );
}
