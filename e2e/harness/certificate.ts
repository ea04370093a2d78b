/** A certificate for tests, signed by itself, that Chromium takes for good. */
import { execFileSync } from 'node:child_process';
import { createHash, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { evidenceFolder } from './evidence.ts';

export interface TestCertificate {
  /** Paths. */
  readonly cert: string;
  readonly key: string;
  /** By which Chromium takes it, from web servers and from relays alike. */
  readonly browserFlag: string;
}

export function aCertificate(...addresses: readonly string[]): TestCertificate {
  const folder = mkdtempSync(join(evidenceFolder(), 'certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const subjects = addresses.map((address) => `IP:${address}`).join(',');
  const about = ['-subj', '/CN=test', '-addext', `subjectAltName=${subjects}`];
  execFileSync('openssl', ['req', ...kind, ...about, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { cert, key, browserFlag: `--ignore-certificate-errors-spki-list=${keyHashOf(cert)}` };
}

function keyHashOf(path: string): string {
  const { publicKey } = new X509Certificate(readFileSync(path));
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
}
