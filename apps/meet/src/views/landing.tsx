/** The first page: name a room, or take the one that is offered. */

import { isRoomName } from '@plenum/client';
import { useState } from 'react';
import { Input, Label, TextField } from 'react-aria-components';
import { roomUrl, toRoomName } from '../state/page-address.ts';
import type { Preferences } from '../state/preferences.ts';
import { randomRoomName } from '../state/random-room-name.ts';
import { AppearanceMenu } from './appearance.tsx';
import { ActionButton, IconButton } from './controls.tsx';
import styles from './landing.module.css';
import { LandingPicture } from './landing-picture.tsx';

interface LandingProps {
  readonly rootUrl: string;
  readonly preferences: Preferences;
  readonly go: (url: string) => void;
}

export function Landing({ rootUrl, preferences, go }: LandingProps) {
  const [typed, setTyped] = useState(randomRoomName);
  const [isTried, setIsTried] = useState(false);
  const room = toRoomName(typed);
  const isValid = isRoomName(room);
  return (
    <main className={styles.landing}>
      <header className={styles.header}>
        <AppearanceMenu preferences={preferences} />
      </header>
      <div className={styles.columns}>
        <LandingPicture />
        <form
          className={styles.form}
          onSubmit={(event) => {
            event.preventDefault();
            setIsTried(true);
            if (isValid) go(roomUrl(rootUrl, room));
          }}
        >
          <h1 className={styles.title}>Open a room</h1>
          <p className={styles.words}>Take this name or type your own. Whoever has the link can come in.</p>
          <TextField
            className={styles.field ?? ''}
            value={typed}
            onChange={setTyped}
            maxLength={64}
            isInvalid={isTried && !isValid}
            autoComplete="off"
          >
            <Label className={styles.label ?? ''}>Room name</Label>
            <div className={styles.row}>
              <Input
                dir="auto"
                className={styles.input ?? ''}
                spellCheck="false"
                autoCapitalize="none"
                enterKeyHint="go"
              />
              <IconButton
                icon="shuffle"
                aria-label="Another name"
                onPress={() => setTyped(randomRoomName())}
              />
            </div>
            {isTried && !isValid && (
              <p className={styles.invalid} role="alert">
                A room name needs letters or digits.
              </p>
            )}
          </TextField>
          <ActionButton look="primary" type="submit">
            Go to the room
          </ActionButton>
        </form>
      </div>
    </main>
  );
}
