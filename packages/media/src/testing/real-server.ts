/** The adapter with a worker of this machine, for tests. */
import { networkInterfaces } from 'node:os';
import { resolveMediaWorker } from '../../../../native/media-worker/resolve.ts';
import { type Logger, silentLogger } from '../logger.ts';
import type { MediaServer } from '../media-server.ts';
import { createMediasoupServer } from '../mediasoup/server.ts';
import type { Mixer } from '../mixer.ts';
import { freePort } from './free-port.ts';

export interface RealServer {
  readonly server: MediaServer;
  /** Process id of the worker that started last. */
  workerPid(): number;
}

/** One worker on a free port of an address. */
export async function startRealServer(ip = '127.0.0.1', mixer?: Mixer): Promise<RealServer> {
  const { path } = await resolveMediaWorker({ workerBin: process.env['MEDIASOUP_WORKER_BIN'] });
  let pid = 0;
  const logger: Logger = {
    ...silentLogger,
    info: (_message, fields) => {
      if (typeof fields?.['pid'] === 'number') pid = fields['pid'];
    },
  };
  const basePort = await freePort();
  const server = await createMediasoupServer({
    listen: [{ ip }],
    basePort,
    workers: 1,
    workerBin: path,
    logger,
    mixer,
  });
  return { server, workerPid: () => pid };
}

/** An IPv4 address of this machine that is not its loopback. */
export function outerAddress(): string | undefined {
  const addresses = Object.values(networkInterfaces()).flat();
  return addresses.find((each) => each?.family === 'IPv4' && !each.internal)?.address;
}
