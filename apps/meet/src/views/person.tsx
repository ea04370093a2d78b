/** One row of the people list. */
import { memo } from 'react';
import type { PersonRow } from '../state/people.ts';
import { actionWords, type PersonAction, roleWords } from '../state/person-actions.ts';
import { Avatar } from './avatar.tsx';
import { IconButton } from './controls.tsx';
import { Icon, type IconName } from './icons.tsx';
import { ActionMenu } from './menu.tsx';
import styles from './people-panel.module.css';

interface PersonProps {
  readonly person: PersonRow;
  readonly onChoose: (action: PersonAction, person: PersonRow) => void;
}

const icons: Readonly<Record<PersonAction, IconName>> = {
  message: 'chat',
  mute: 'microphone-off',
  'stop-video': 'camera-off',
  'stop-screen': 'screen-off',
  'allow-speaking': 'microphone',
  'forbid-speaking': 'lock',
  'lower-hand': 'hand',
  'make-owner': 'people',
  'make-moderator': 'people',
  'make-participant': 'people',
  'make-listener': 'speaker',
  remove: 'leave',
};

export const Person = memo(
  function Person({ person, onChoose }: PersonProps) {
    const { name, actions } = person;
    return (
      <li className={styles.person}>
        <span className={styles.avatar}>
          <Avatar name={name} />
        </span>
        <div className={styles.who}>
          <p className={styles.name}>
            <bdi>{name}</bdi>
            {person.isSelf && ' (you)'}
          </p>
          <RoleLine person={person} />
        </div>
        <States person={person} />
        {actions.length > 0 ? (
          <ActionMenu
            label={`For ${name}`}
            button={<IconButton icon="more" aria-label={`More for ${name}`} />}
            entries={actions.map((id) => ({
              id,
              label: actionWords(id, name),
              icon: icons[id],
              isDanger: id === 'remove',
            }))}
            onChoose={(id) => onChoose(id as PersonAction, person)}
          />
        ) : (
          <span className={styles.noMenu} />
        )}
      </li>
    );
  },
  (a, b) => a.person === b.person,
);

function RoleLine({ person }: { readonly person: PersonRow }) {
  const words = [
    roleWords[person.role],
    person.isReconnecting ? 'Reconnecting…' : '',
    person.isUnreachable ? 'No direct connection' : '',
    person.role !== 'listener' && !person.maySpeak ? 'May not speak' : '',
    person.role === 'listener' && person.maySpeak ? 'May speak' : '',
  ].filter(Boolean);
  return words.length === 0 ? null : <p className={styles.role}>{words.join(' · ')}</p>;
}

function States({ person }: { readonly person: PersonRow }) {
  const { handOrder, isMuted, isCameraOff, isSharing } = person;
  return (
    <span className={styles.states}>
      {handOrder !== undefined && (
        <span className={styles.hand} role="img" aria-label={`Hand raised, number ${handOrder}`}>
          <Icon name="hand" isSmall />
          <span aria-hidden="true">{handOrder}</span>
        </span>
      )}
      {isSharing && (
        <span role="img" aria-label="Shares the screen">
          <Icon name="screen" isSmall />
        </span>
      )}
      <span role="img" aria-label={isMuted ? 'Muted' : 'Microphone on'} data-is-off={isMuted || undefined}>
        <Icon name={isMuted ? 'microphone-off' : 'microphone'} isSmall />
      </span>
      <span
        role="img"
        aria-label={isCameraOff ? 'Camera off' : 'Camera on'}
        data-is-off={isCameraOff || undefined}
      >
        <Icon name={isCameraOff ? 'camera-off' : 'camera'} isSmall />
      </span>
    </span>
  );
}
