/** How media goes: each connection with its path, its four stages and what they took, and the numbers for who wants them. */
import { useState } from 'react';
import type { CallModel } from '../state/call.ts';
import {
  type ConnectionView,
  decodingWords,
  reportText,
  type Stop,
  viewConnection,
} from '../state/connections.ts';
import styles from './connection-panel.module.css';
import { ConnectionPictures } from './connection-pictures.tsx';
import { ActionButton, ForScreenReaders } from './controls.tsx';
import { Icon, type IconName } from './icons.tsx';
import { Opener } from './opener.tsx';
import { SidePanel } from './side-panel.tsx';
import { useCopy } from './use-copy.ts';
import { useSignal } from './use-signal.ts';

export function ConnectionPanel({ call }: { readonly call: CallModel }) {
  const { room, names, panels } = call;
  // Whoever is subscribed to it is told the numbers every two seconds.
  const views = useSignal(room.connections).map((report) => viewConnection(report, names.of));
  const topology = useSignal(room.topology);
  const decoding = decodingWords(useSignal(room.decoding));
  return (
    <SidePanel title="Connection" onClose={panels.close}>
      <div className={styles.scroller}>
        <p className={styles.topology}>
          {topology === 'mesh'
            ? 'Sound and picture go straight to each of the others.'
            : 'Sound and picture go through the server.'}
        </p>
        {decoding !== undefined && <p className={styles.decoding}>{decoding}</p>}
        {views.length === 0 && <p className={styles.topology}>{emptyWords(topology)}</p>}
        <ul className={styles.list} aria-label="Connections">
          {views.map((view) => (
            <Connection key={view.id} view={view} />
          ))}
        </ul>
        {views.length > 0 && <CopyReport views={views} />}
      </div>
    </SidePanel>
  );
}

function emptyWords(topology: string): string {
  return topology === 'mesh'
    ? 'There is no connection while nobody else is here.'
    : 'There is no connection.';
}

function Connection({ view }: { readonly view: ConnectionView }) {
  return (
    <li className={styles.connection} data-state={view.state}>
      <div className={styles.head}>
        <h3 className={styles.name}>
          <bdi>{view.name}</bdi>
        </h3>
        <p className={styles.state} data-state={view.state}>
          <Icon name={stateIcons[view.state]} isSmall />
          {view.stateWords}
        </p>
      </div>
      <Route view={view} />
      <p className={styles.route}>{view.route}</p>
      {view.encryption !== undefined && (
        <p className={styles.encryption}>
          <Icon name="lock" isSmall />
          {view.encryption}
        </p>
      )}
      <Stages view={view} />
      <ConnectionPictures to={view.name} pictures={view.pictures} />
      <Facts view={view} />
    </li>
  );
}

const stateIcons: Readonly<Record<ConnectionView['state'], IconName>> = {
  connecting: 'reconnect',
  connected: 'check',
  lost: 'reconnect',
  failed: 'warning',
};

const stopIcons: Readonly<Record<Stop['kind'], IconName>> = {
  you: 'laptop',
  router: 'router',
  relay: 'relay',
  server: 'server',
  person: 'person',
};

/** A picture of what the sentence under it says. */
function Route({ view }: { readonly view: ConnectionView }) {
  return (
    <div className={styles.picture} data-state={view.state} aria-hidden="true">
      {view.stops.map(({ kind, name }) => (
        <div key={name} className={styles.stop} data-kind={kind}>
          <span className={styles.mark}>
            <Icon name={stopIcons[kind]} />
          </span>
          <bdi className={styles.caption}>{name}</bdi>
        </div>
      ))}
    </div>
  );
}

function Stages({ view }: { readonly view: ConnectionView }) {
  return (
    <ol className={styles.stages} aria-label={`Stages of the connection to ${view.name}`}>
      {view.stages.map(({ name, state, words }) => (
        <li key={name} className={styles.stage} data-state={state}>
          <span className={styles.stageName}>{name}</span> <span className={styles.stageWords}>{words}</span>
        </li>
      ))}
    </ol>
  );
}

function Facts({ view }: { readonly view: ConnectionView }) {
  const [isOpen, setIsOpen] = useState(false);
  if (view.facts.length === 0) return null;
  return (
    <>
      <Opener isOpen={isOpen} onChange={setIsOpen}>
        Details
        <ForScreenReaders> of the connection to {view.name}</ForScreenReaders>
      </Opener>
      {isOpen && (
        <dl className={styles.facts}>
          {view.facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

function CopyReport({ views }: { readonly views: readonly ConnectionView[] }) {
  const { isCopied, copy } = useCopy(reportText(views, new Date().toISOString(), navigator.userAgent));
  return (
    <div className={styles.copy}>
      <ActionButton icon={isCopied ? 'check' : 'link'} onPress={copy}>
        {isCopied ? 'Copied' : 'Copy report'}
      </ActionButton>
      <p>For whoever helps you: all of this as text, without names and addresses.</p>
      <ForScreenReaders>
        <span role="status">{isCopied ? 'Copied: report' : ''}</span>
      </ForScreenReaders>
    </div>
  );
}
