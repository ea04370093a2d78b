/** Before the first test: the app as its sources are now, not as they were at the last `./start`. */
import { execFileSync } from 'node:child_process';

export function setup(): void {
  execFileSync('npm', ['run', 'build', '--workspace', 'apps/meet'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
