/** Of the files of a recording, by their names. */
const contentTypes: ReadonlyMap<string, string> = new Map([
  ['json', 'application/json; charset=utf-8'],
  ['webm', 'video/webm'],
  ['mkv', 'video/x-matroska'],
  ['mp4', 'video/mp4'],
]);

export function contentTypeOf(name: string): string {
  return contentTypes.get(name.slice(name.lastIndexOf('.') + 1)) ?? 'application/octet-stream';
}
