/** Which browser this is, only to say where its permission setting is: never to decide what works. */
export type BrowserFamily = 'chrome' | 'chrome-android' | 'edge' | 'firefox' | 'safari' | 'ios' | 'other';

export function browserFamily(userAgent: string, maxTouchPoints: number): BrowserFamily {
  // An iPad says that it is a Mac, but no Mac has a touch screen.
  if (/iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1)) return 'ios';
  if (/Firefox\//.test(userAgent)) return 'firefox';
  if (/Edg\//.test(userAgent)) return 'edge';
  if (/Chrome\//.test(userAgent)) return /Android/.test(userAgent) ? 'chrome-android' : 'chrome';
  if (/Safari\//.test(userAgent)) return 'safari';
  return 'other';
}
