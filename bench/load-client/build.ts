// Compiles the load client.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { buildNativeProgram } from '@plenum/testkit/native-program';

const folder = join(import.meta.dirname, 'src');

/** Path of its binary. */
export async function buildLoadClient(): Promise<string> {
  const files = (await readdir(folder)).sort();
  return buildNativeProgram({
    name: 'load-client',
    sources: files.map((file) => join(folder, file)),
    libraries: ['-lsrtp2', '-lssl', '-lcrypto'],
    packages: 'g++ libssl-dev libsrtp2-dev',
  });
}

if (import.meta.main) console.log(await buildLoadClient());
