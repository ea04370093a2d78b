/** What the pictures of every mix are like: pixels, and bit/s. */
export const mixPicture = { width: 1280, height: 720, framesPerSecond: 25, bitrateBps: 1_500_000 } as const;

/** For whose device, or line, the other is too much: an eighth of the pixels in a second. */
export const smallMixPicture = { width: 640, height: 360, framesPerSecond: 12, bitrateBps: 300_000 } as const;
