/** Whether others than its owner may do anything with a file, where there are such permissions. @param mode Of its `stat`. */
export function isOpenToOthers(mode: number): boolean {
  return process.platform !== 'win32' && (mode & 0o077) !== 0;
}
