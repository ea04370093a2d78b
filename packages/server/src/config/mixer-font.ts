/** The font in which the one picture of everybody has their names, where it is to be another than the mixer's own. */
import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConferenceError } from '@plenum/protocol';

/** What TrueType, OpenType and collections of them begin with (OpenType specification, "Organization of an OpenType Font"). */
const beginnings = ['\0\u0001\0\0', 'true', 'OTTO', 'ttcf'];

/** The path of the font. @throws ConferenceError `invalid-config` where there is none that can be read. */
export function readMixerFont(file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const reason = problemOf(file);
  if (reason === undefined) return resolve(file);
  throw new ConferenceError('invalid-config', `mixerFont: the file ${file} ${reason}.`, {
    details: { option: 'mixerFont' },
  });
}

function problemOf(file: string): string | undefined {
  try {
    const opened = openSync(file, 'r');
    const head = Buffer.alloc(4);
    try {
      readSync(opened, head);
    } finally {
      closeSync(opened);
    }
    return beginnings.includes(head.toString('latin1')) ? undefined : 'is no TrueType or OpenType font';
  } catch {
    return 'cannot be read';
  }
}
