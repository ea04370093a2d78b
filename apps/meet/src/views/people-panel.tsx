/** Everybody in the room, and for moderators who waits outside and how the room is set. */
import { useState } from 'react';
import type { CallModel } from '../state/call.ts';
import { manyPeople, type PersonRow, searchPeople } from '../state/people.ts';
import type { DirectAction, PersonAction } from '../state/person-actions.ts';
import { ForScreenReaders } from './controls.tsx';
import { Icon } from './icons.tsx';
import styles from './people-panel.module.css';
import { Person } from './person.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { RoomControls } from './room-controls.tsx';
import { SidePanel } from './side-panel.tsx';
import { useSignal } from './use-signal.ts';
import { WaitingList } from './waiting-list.tsx';

export function PeoplePanel({ call }: { readonly call: CallModel }) {
  const { moderation, chats, panels } = call;
  const people = useSignal(call.people);
  const { moderate } = useSignal(call.room.permissions);
  const [query, setQuery] = useState('');
  const [toRemove, setToRemove] = useState<PersonRow>();
  const hasSearch = people.length > manyPeople;
  const found = hasSearch ? searchPeople(people, query) : people;
  const choose = (action: PersonAction, person: PersonRow) => {
    if (action === 'message') void chats.openPrivate(person.id, person.name);
    else if (action === 'remove') setToRemove(person);
    else moderation.act(action satisfies DirectAction, person.id);
  };
  return (
    <SidePanel title="People" count={people.length} onClose={panels.close}>
      <div className={styles.scroller}>
        <WaitingList moderation={moderation} />
        {moderate && <RoomControls call={call} />}
        {hasSearch && <SearchField query={query} onChange={setQuery} found={found.length} />}
        <ul className={styles.list} aria-label="In the call">
          {found.map((person) => (
            <Person key={person.id} person={person} onChoose={choose} />
          ))}
        </ul>
        {found.length === 0 && <p className={styles.nobody}>Nobody here is called that.</p>}
      </div>
      <RemoveDialog
        person={toRemove}
        onClose={() => setToRemove(undefined)}
        onRemove={(person, options) => moderation.remove(person, options)}
      />
    </SidePanel>
  );
}

interface SearchFieldProps {
  readonly query: string;
  readonly onChange: (query: string) => void;
  readonly found: number;
}

function SearchField({ query, onChange, found }: SearchFieldProps) {
  return (
    <div className={styles.search}>
      <Icon name="search" isSmall />
      <input
        type="search"
        className={styles.searchInput}
        aria-label="Search people"
        placeholder="Search people"
        value={query}
        onChange={({ target }) => onChange(target.value)}
        onKeyDown={(event) => {
          // The first Escape clears the field, the next closes the panel.
          if (event.key !== 'Escape' || query === '') return;
          event.preventDefault();
          onChange('');
        }}
      />
      <ForScreenReaders>
        <span role="status">{query === '' ? '' : `${found} found`}</span>
      </ForScreenReaders>
    </div>
  );
}
