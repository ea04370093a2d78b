/** Ports for servers that cannot choose one themselves. */
import { createSocket } from 'node:dgram';

/** A UDP port of the loopback address that is free now. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}
