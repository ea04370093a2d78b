/** Ports for servers that cannot choose one themselves. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port of the loopback address that is free now for UDP and for TCP. */
export async function freePort(): Promise<number> {
  for (;;) {
    const udp = createSocket('udp4').bind(0, '127.0.0.1');
    await once(udp, 'listening');
    const { port } = udp.address();
    const isFree = await isFreeForTcp(port);
    udp.close();
    if (isFree) return port;
  }
}

async function isFreeForTcp(port: number): Promise<boolean> {
  const tcp = createServer().listen(port, '127.0.0.1');
  try {
    await once(tcp, 'listening');
    return true;
  } catch {
    // Taken: `once` rejects with the server's error.
    return false;
  } finally {
    tcp.close();
  }
}
