/** Sends a file of a recording, or a piece of it, from wherever it is: a store may be one that browsers do not reach, and whose keys they do not have. */
import { ConferenceError } from '@plenum/protocol';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { contentTypeOf } from '../recordings/content-type.ts';
import type { KeptFiles } from '../recordings/kept-files.ts';
import type { FileFacts, FileKey, Slice } from '../recordings/recording-storage.ts';
import { type AskedOctets, askedOctets } from './byte-range.ts';

type Headers = FastifyRequest['headers'];

/** @throws ConferenceError `resource-not-found`, or `storage-unreachable` where it is in a store that does not answer. */
export async function sendKeptFile(
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
  files: KeptFiles,
  file: FileKey,
): Promise<FastifyReply> {
  const facts = await files.stat(file);
  if (facts === undefined) throw new ConferenceError('resource-not-found');
  reply.headers({
    'accept-ranges': 'bytes',
    etag: facts.etag,
    'last-modified': new Date(facts.modifiedMs).toUTCString(),
  });
  if (isKnown(headers, facts)) return reply.code(304).send();
  const asked = askedOf(headers, facts);
  if (asked.kind === 'none') {
    reply.code(416).header('content-range', `bytes */${facts.bytes}`);
    return reply.type('text/plain').send('The file is not that long.\n');
  }
  if (asked.kind === 'some') {
    reply.code(206).header('content-range', `bytes ${asked.from}-${asked.until}/${facts.bytes}`);
  }
  reply.type(contentTypeOf(file.name)).header('content-length', lengthOf(asked, facts));
  if (method === 'HEAD') return reply.send();
  const stream = await files.open(file, sliceOf(asked, facts));
  if (stream === undefined) throw new ConferenceError('resource-not-found');
  return reply.send(stream);
}

/** RFC 9110 section 13.1.2, with its weak comparison. */
function isKnown(headers: Headers, { etag }: FileFacts): boolean {
  const known = headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known !== undefined && (known.includes(etag) || known.includes('*'));
}

/** Of a file that has become another since, all (RFC 9110 section 13.1.5). */
function askedOf(
  { range, 'if-range': before }: Headers,
  { bytes, etag, modifiedMs }: FileFacts,
): AskedOctets {
  const isSame = before === undefined || before === etag || before === new Date(modifiedMs).toUTCString();
  return askedOctets(isSame ? range : undefined, bytes);
}

function lengthOf(asked: AskedOctets, { bytes }: FileFacts): number {
  return asked.kind === 'some' ? asked.until - asked.from + 1 : bytes;
}

/** What has grown meanwhile is not sent beyond what was said. */
function sliceOf(asked: AskedOctets, { bytes }: FileFacts): Slice | undefined {
  if (asked.kind === 'some') return asked;
  return bytes === 0 ? undefined : { from: 0, until: bytes - 1 };
}
