/** The built meeting app: its page, with the base path put in, and where its files are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface AppFiles {
  readonly folder: string;
  /** The page of the landing and of every room. */
  readonly page: string;
}

/** Undefined where the app was not built. */
export function readAppFiles(folder: string, basePath: string): AppFiles | undefined {
  const template = readPage(join(folder, 'index.html'));
  if (template === undefined) return undefined;
  return { folder, page: template.replace(/<base href="[^"]*"/, `<base href="${basePath}/"`) };
}

function readPage(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The path under which everything lives: none, or such as `/meet`, never with a slash at its end. */
export function basePathOf(publicUrl: string | undefined): string {
  return publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/+$/, '');
}

/** Vite puts a hash of the content into the names of what is in this folder, so that they never change. */
export function cacheControlOf(path: string): string {
  return path.includes('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
}
