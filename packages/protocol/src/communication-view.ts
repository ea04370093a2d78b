/**
 * A room as the documents write it: participants by user URL, each with its hyperty, domain, status, resources and identity.
 * For reading only; of somebody who is in the room with two devices the later one is shown.
 */
import type { CommunicationData, ParticipantData } from './communication.ts';
import { type Kind, kindOf, type Source } from './media-vocabulary.ts';

export interface ParticipantView {
  readonly hypertyURL: string;
  readonly domain: string;
  readonly status: ParticipantData['status'];
  /** What it publishes and has not muted. */
  readonly resources: readonly Kind[];
  readonly identity: { readonly userProfile: { readonly userURL: string; readonly cn: string } };
}

export interface CommunicationView {
  readonly scheme: 'comm';
  readonly name: string;
  readonly startingTime: string;
  readonly lastModified: string;
  readonly status: CommunicationData['status'];
  readonly children: readonly string[];
  readonly participants: Readonly<Record<string, ParticipantView>>;
}

/** @param lastModified Of the object's metadata, where it is known: ISO 8601. */
export function viewByUser(data: CommunicationData, lastModified = data.lastModified): CommunicationView {
  const { scheme, name, startingTime, status, children } = data;
  const inOrder = Object.values(data.participants).toSorted((a, b) => a.joined.localeCompare(b.joined));
  const participants = Object.fromEntries(inOrder.map((one) => [one.userURL, viewParticipant(one)]));
  return { scheme, name, startingTime, lastModified, status, children, participants };
}

function viewParticipant({ userURL, hypertyURL, domain, status, name, publications }: ParticipantData) {
  const published = Object.entries(publications).filter(([, { muted }]) => !muted);
  const resources = [...new Set(published.map(([source]) => kindOf(source as Source)))];
  return { hypertyURL, domain, status, resources, identity: { userProfile: { userURL, cn: name } } };
}
