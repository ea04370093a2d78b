/** FFmpeg writes what it has to say to the process's own standard error. */
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';

/** From now on only what went wrong. For the whole process. */
export function logOnlyErrors(): void {
  Log.setLevel(AV_LOG_ERROR);
}
