/** Makes the index of a recording that was broken off say how long its files were written: elsewhere their dates are others. */
import { appendFile } from 'node:fs/promises';
import { formatEntry } from '@plenum/mixer/recording-index';
import { indexName, readSummary, writtenUntilMs } from './kept-recordings.ts';
import type { RecordingFolder } from './recording-folder.ts';
import type { RecordingKey } from './recording-storage.ts';

/** Nothing is written to it meanwhile by anybody else. Whether there is one at all. */
export async function finishIndex(folder: RecordingFolder, recording: RecordingKey): Promise<boolean> {
  const summary = await readSummary(folder, recording);
  if (summary === undefined) return false;
  if (summary.isEnded) return true;
  for (const file of summary.files.filter(({ isEnded }) => !isEnded)) {
    const facts = await folder.stat({ ...recording, name: file.file });
    if (facts === undefined) continue;
    const entry = formatEntry({
      type: 'part-ended',
      file: file.file,
      atMs: writtenUntilMs(summary, file, facts),
    });
    await appendFile(folder.pathOf({ ...recording, name: indexName }), entry);
  }
  return true;
}
