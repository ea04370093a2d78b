/** The pictures that come and go by one connection, and what the server decided where its line does not carry them all. */
import { useState } from 'react';
import type { PicturesView, PictureView } from '../state/picture-words.ts';
import styles from './connection-pictures.module.css';
import { ForScreenReaders } from './controls.tsx';
import { Icon, type IconName } from './icons.tsx';
import { Opener } from './opener.tsx';

interface ConnectionPicturesProps {
  /** Whom the connection leads to. */
  readonly to: string;
  readonly pictures: PicturesView;
}

/** Of the others; in a large room the rest are a long list. */
const shownAtFirst = 6;

export function ConnectionPictures({ to, pictures }: ConnectionPicturesProps) {
  const [isOpen, setIsOpen] = useState(false);
  const { allotment, own, incoming } = pictures;
  const more = incoming.length - shownAtFirst;
  if (own.length + incoming.length === 0) return null;
  return (
    <div className={styles.pictures}>
      <h4 className={styles.title}>Pictures</h4>
      {allotment !== undefined && (
        <p className={styles.allotment}>
          <Icon name="info" isSmall />
          {allotment}
        </p>
      )}
      <ul className={styles.list} aria-label={`Pictures of the connection to ${to}`}>
        {own.map((picture) => (
          <Line key={picture.source} picture={picture} />
        ))}
        {incoming.slice(0, isOpen ? undefined : shownAtFirst).map((picture) => (
          <Line key={`${picture.participantId} ${picture.source}`} picture={picture} />
        ))}
      </ul>
      {more > 0 && (
        <Opener isOpen={isOpen} onChange={setIsOpen}>
          {isOpen ? 'Show fewer' : `Show ${more} more`}
          <ForScreenReaders> pictures of the connection to {to}</ForScreenReaders>
        </Opener>
      )}
    </div>
  );
}

function Line({ picture }: { readonly picture: PictureView }) {
  const { name, source, state, words } = picture;
  return (
    <li className={styles.line} data-state={state}>
      <Icon name={iconOf(picture)} isSmall />
      <p className={styles.whose}>
        {name === undefined ? (
          `Your ${source}`
        ) : (
          <>
            <bdi className={styles.name}>{name}</bdi>, {source}
          </>
        )}
      </p>{' '}
      <p className={styles.words}>{words}</p>
    </li>
  );
}

function iconOf({ source, state }: PictureView): IconName {
  if (state === 'left-out') return 'pause';
  return state === 'off' ? `${source}-off` : source;
}
