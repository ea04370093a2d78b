/** Finds the media worker to run, without building one. */

import { join } from 'node:path';
import {
  cacheKey,
  type Environment,
  findMediasoup,
  identify,
  type Mediasoup,
  type SrtpFlavour,
  workerPath,
  workersFolder,
} from './cache.ts';
import { isExecutable } from './prerequisites.ts';

export type MediaWorker = {
  readonly path: string | undefined;
  readonly kind: 'built-openssl' | 'built-debian-srtp' | 'prebuilt' | 'missing';
  /** One sentence for the start-up line. */
  readonly description: string;
};

export type ResolveOptions = {
  /** A worker named by whoever runs the server, MEDIASOUP_WORKER_BIN; it goes before all others. */
  readonly workerBin?: string | undefined;
  readonly env?: Environment;
};

export async function resolveMediaWorker(options: ResolveOptions = {}): Promise<MediaWorker> {
  if (options.workerBin) return givenWorker(options.workerBin);
  const mediasoup = await findMediasoup();
  const env = options.env ?? process.env;
  return (
    (await builtWorker('openssl', mediasoup.version, env)) ??
    (await builtWorker('debian', mediasoup.version, env)) ??
    (await prebuiltWorker(mediasoup)) ?? {
      path: undefined,
      kind: 'missing',
      description: `no mediasoup ${mediasoup.version} worker: node native/media-worker/build.ts builds it`,
    }
  );
}

async function givenWorker(path: string): Promise<MediaWorker> {
  return (await isExecutable(path))
    ? { path, kind: 'prebuilt', description: `the media worker given by MEDIASOUP_WORKER_BIN, ${path}` }
    : {
        path: undefined,
        kind: 'missing',
        description: `no media worker: MEDIASOUP_WORKER_BIN names ${path}, which cannot be run`,
      };
}

async function builtWorker(
  srtp: SrtpFlavour,
  version: string,
  env: Environment,
): Promise<MediaWorker | undefined> {
  const identity = await identify(srtp, version, { env });
  if (!identity) return undefined;
  const path = workerPath(workersFolder(env), cacheKey(identity));
  if (!(await isExecutable(path))) return undefined;
  return srtp === 'openssl'
    ? {
        path,
        kind: 'built-openssl',
        description: `mediasoup ${version} worker, built here with libsrtp on OpenSSL`,
      }
    : {
        path,
        kind: 'built-debian-srtp',
        description: `mediasoup ${version} worker, built here with Debian's libsrtp on NSS, which carries about 40 % fewer receivers`,
      };
}

async function prebuiltWorker({ folder, version }: Mediasoup): Promise<MediaWorker | undefined> {
  const path = join(folder, 'worker', 'out', 'Release', 'mediasoup-worker');
  if (!(await isExecutable(path))) return undefined;
  return { path, kind: 'prebuilt', description: `mediasoup ${version} worker, as downloaded by its package` };
}
