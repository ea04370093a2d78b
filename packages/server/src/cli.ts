#!/usr/bin/env -S node --import "data:text/javascript,if(parseInt(process.versions.node)<24){console.error('plenum: Node 24 is needed; this is '+process.version+'.');process.exit(1)}"
/**
 * `plenum [serve] [options]` and `plenum token [options]`. What each needs is loaded only then: a token is not to wait for the
 * server's parts. The first line speaks for a Node that is too old to read the others; through npm it is the pinned one.
 */

const [command, ...rest] = process.argv.slice(2);

switch (command) {
  case 'token':
    await printToken(rest);
    break;
  case 'serve':
    // The program reads its own flags.
    process.argv.splice(2, 1);
    await import('./main.ts');
    break;
  default:
    await import('./main.ts');
}

async function printToken(args: readonly string[]): Promise<void> {
  const { ConferenceError } = await import('@plenum/protocol');
  const { runTokenCommand } = await import('./token/token-command.ts');
  try {
    const { output, notice } = await runTokenCommand(args);
    process.stdout.write(output);
    if (notice !== undefined) process.stderr.write(`plenum: ${notice}\n`);
  } catch (error) {
    if (!(error instanceof ConferenceError)) throw error;
    process.stderr.write(`plenum: ${error.message}\n`);
    process.exitCode = 1;
  }
}
