/** Certificates for tests, signed by themselves. */
import { execFileSync } from 'node:child_process';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { aFolder } from './running-server.ts';

/** The paths of a certificate for these names or addresses, and of its key. */
export function aCertificate(...names: readonly string[]): { readonly cert: string; readonly key: string } {
  const folder = aFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const subjects = names.map((name) => `${isIP(name) === 0 ? 'DNS' : 'IP'}:${name}`);
  const about = ['-subj', '/CN=test', '-addext', `subjectAltName=${subjects.join(',')}`];
  execFileSync('openssl', ['req', ...kind, ...about, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { cert, key };
}
