/** Puts the app on the page. The development harness does the same with fakes. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import type { LivePlace } from './state/live-ports.ts';
import type { LivePorts } from './state/live-viewer.ts';
import { createMeeting, type MeetingPorts } from './state/meeting.ts';
import type { PageAddress } from './state/page-address.ts';
import { applyTheme } from './state/theme.ts';
import { App } from './views/app.tsx';
import './views/base.css';

export interface StartOptions {
  readonly container: HTMLElement;
  readonly address: PageAddress;
  /** Called only where there is a call to make. */
  readonly createPorts: () => MeetingPorts;
  readonly createLivePorts: (place: LivePlace) => LivePorts;
  readonly preferences: MeetingPorts['preferences'];
  readonly canCall: boolean;
  readonly go: (url: string) => void;
}

export function startApp(options: StartOptions): void {
  const { container, address, createPorts, createLivePorts, preferences, canCall, go } = options;
  applyTheme(preferences, document.documentElement);
  const { place } = address;
  const meeting =
    place.name === 'room' && canCall
      ? createMeeting(createPorts(), { ...address, room: place.room, url: place.url })
      : undefined;
  createRoot(container).render(
    <StrictMode>
      <App
        address={address}
        preferences={preferences}
        meeting={meeting}
        createLivePorts={createLivePorts}
        go={go}
      />
    </StrictMode>,
  );
}
