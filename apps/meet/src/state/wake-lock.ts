interface Lock {
  release(): Promise<void>;
}

/** The parts of `document` and `navigator` that are used; not every browser has the lock. */
export type AwakePage = EventTarget & Pick<Document, 'visibilityState'>;
export interface AwakeDevice {
  readonly wakeLock?: { request(type: 'screen'): Promise<Lock> };
}

/** Keeps the screen on during a call. The browser lets go whenever the page is hidden, so it is asked again. */
export function keepAwake(page: AwakePage, { wakeLock }: AwakeDevice): () => void {
  if (wakeLock === undefined) return () => undefined;
  let lock: Lock | undefined;
  let isOver = false;

  const request = async () => {
    if (isOver || page.visibilityState !== 'visible') return;
    // Refused when the battery is low: then the screen goes dark as ever.
    const granted = await wakeLock.request('screen').catch(() => undefined);
    if (isOver) await granted?.release();
    else lock = granted;
  };
  const handleVisibility = () => void request();
  page.addEventListener('visibilitychange', handleVisibility);
  void request();
  return () => {
    isOver = true;
    page.removeEventListener('visibilitychange', handleVisibility);
    void lock?.release();
  };
}
