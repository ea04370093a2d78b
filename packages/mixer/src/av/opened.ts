/** Opens a codec of FFmpeg with what is wanted of it. */
import { type Codec, CodecContext, Dictionary } from 'node-av/lib';

/**
 * @param options Of the codec itself, such as `{ preset: 'ultrafast' }`.
 * @throws Error where this build of FFmpeg has no such codec, or it refuses what is wanted.
 */
export async function opened(
  codec: Codec | null,
  name: string,
  configure: (context: CodecContext) => void,
  options: Readonly<Record<string, string>> = {},
): Promise<CodecContext> {
  if (codec === null) throw new Error(`FFmpeg has no ${name}.`);
  const context = new CodecContext();
  context.allocContext3(codec);
  configure(context);
  // Not the call that does it at once, which frees the options twice.
  const result = await context.open2(codec, Dictionary.fromObject({ ...options }));
  if (result >= 0) return context;
  context.freeContext();
  throw new Error(`FFmpeg does not open ${name}: ${result}.`);
}
