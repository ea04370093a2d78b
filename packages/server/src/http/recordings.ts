/**
 * Recordings over HTTP, for who moderates the room: a list for the bearer of an access token (RFC 6750 section 2.1), and files also
 * for who has the pass of a list, which the SDK puts into their URLs.
 */
import { isModeratorOf, type KeptRecording } from '@plenum/conference';
import type { TokenService } from '@plenum/messaging-node/tokens';
import {
  ConferenceError,
  type ListedRecording,
  type RoomId,
  recordingIdSchema,
  roomIdSchema,
  toConferenceError,
} from '@plenum/protocol';
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import type { KeptFiles } from '../recordings/kept-files.ts';
import { isFileName } from '../recordings/recording-storage.ts';
import { sendKeptFile } from './kept-file.ts';

export interface RecordingPages {
  readonly files: KeptFiles;
  readonly list: (roomId: RoomId) => Promise<readonly KeptRecording[]>;
  readonly tokens: Pick<TokenService, 'verifyAccess' | 'verifyRecordingPass'>;
}

const listParams = v.object({ room: roomIdSchema });
const fileParams = v.object({
  ...listParams.entries,
  id: recordingIdSchema,
  file: v.pipe(v.string(), v.check(isFileName)),
});
const query = v.object({ token: v.optional(v.string()) });

/** Which of a room's recordings somebody may see. */
type Access = (id: string) => boolean;

export async function serveRecordings(
  server: FastifyInstance,
  basePath: string,
  pages: RecordingPages,
): Promise<void> {
  const serve: FastifyPluginAsync = async (scope) => {
    scope.addHook('onRequest', (_request, reply, done) => {
      reply.header('cache-control', 'private, no-cache');
      done();
    });
    scope.setErrorHandler((thrown, _request, reply) => refuse(reply, thrown));
    scope.get(`${basePath}/recordings/:room`, async (request) => {
      const { room } = known(listParams, request.params);
      const isVisible = await accessTo(room, request, pages);
      const all = await pages.list(room);
      return { recordings: all.filter(({ id }) => isVisible(id)).map(withoutModerators) };
    });
    scope.route({
      // What is made of GET for HEAD by itself says that there are no octets.
      method: ['GET', 'HEAD'],
      url: `${basePath}/recordings/:room/:id/:file`,
      handler: async (request, reply) => {
        const { room, id, file } = known(fileParams, request.params);
        const isVisible = await accessTo(room, request, pages);
        if (!isVisible(id)) throw new ConferenceError('not-authorized');
        return sendKeptFile(request, reply, pages.files, { roomId: room, id, name: file });
      },
    });
  };
  // By itself, since errors are answered in another way than elsewhere.
  await server.register(serve);
}

/** What cannot be the name of anything is not found. */
function known<S extends v.GenericSchema>(schema: S, params: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, params);
  if (!parsed.success) throw new ConferenceError('resource-not-found');
  return parsed.output;
}

/** @throws ConferenceError `token-invalid`, `token-expired`, `not-authorized`. */
async function accessTo(room: RoomId, request: FastifyRequest, { tokens }: RecordingPages): Promise<Access> {
  const asked = v.safeParse(query, request.query);
  if (!asked.success) throw new ConferenceError('token-invalid');
  const { token } = asked.output;
  if (token !== undefined) {
    const { roomId, recordings } = await tokens.verifyRecordingPass(token);
    if (roomId !== room) throw new ConferenceError('token-for-another-room');
    return (id) => recordings.includes(id);
  }
  const [, accessToken] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (accessToken === undefined) throw new ConferenceError('token-invalid', 'An access token is needed.');
  const { identity } = await tokens.verifyAccess(accessToken);
  if (!isModeratorOf(room, identity.grant ?? {})) throw new ConferenceError('not-authorized');
  return () => true;
}

function withoutModerators({ moderators: _, ...listed }: KeptRecording): ListedRecording {
  return listed;
}

function refuse(reply: FastifyReply, thrown: unknown): FastifyReply {
  if (!(thrown instanceof ConferenceError)) throw thrown;
  const { status, code, message } = toConferenceError(thrown);
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  return reply.code(status).send({ code, message });
}
