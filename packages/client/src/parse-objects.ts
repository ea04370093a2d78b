/** Snapshots of data objects from outside, parsed once. */
import {
  type CommunicationSnapshot,
  type ConnectionSnapshot,
  communicationSnapshotSchema,
  connectionSnapshotSchema,
} from '@plenum/protocol';
import * as v from 'valibot';

export function parseCommunication(value: unknown): CommunicationSnapshot {
  return v.parse(communicationSnapshotSchema, value);
}

export function parseConnection(value: unknown): ConnectionSnapshot {
  return v.parse(connectionSnapshotSchema, value);
}
