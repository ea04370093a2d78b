/** What the picture of every mix is like: pixels, and bit/s. */
export const mixPicture = { width: 1280, height: 720, framesPerSecond: 25, bitrateBps: 1_500_000 } as const;
