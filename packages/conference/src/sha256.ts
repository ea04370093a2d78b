/**
 * SHA-256 (FIPS 180-4) of a text, at once. The platform's own answers only later, and meanwhile who was banned could come
 * in. For words that are to be recognised without being kept; not for secrets.
 */
const primes = [...Array(312).keys()].filter(isPrime);

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return number > 1;
}

/** The first 32 bits of what follows the point (sections 4.2.2 and 5.3.3). */
function fractionOf(root: number): number {
  return ((root % 1) * 2 ** 32) | 0;
}

const initialState = primes.slice(0, 8).map((prime) => fractionOf(Math.sqrt(prime)));
const roundConstants = primes.map((prime) => fractionOf(Math.cbrt(prime)));

/** 64 hexadecimal digits. */
export function sha256(text: string): string {
  const words = paddedWords(new TextEncoder().encode(text));
  let state: readonly number[] = initialState;
  for (let at = 0; at < words.length; at += 16) state = compress(state, words.slice(at, at + 16));
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

/** Blocks of sixteen words: the bytes, one bit, and at the end how many bits there were (section 5.1.1). */
function paddedWords(bytes: Uint8Array): readonly number[] {
  const blocks = Math.ceil((bytes.length + 9) / 64);
  const padded = new DataView(new ArrayBuffer(blocks * 64));
  for (const [index, byte] of bytes.entries()) padded.setUint8(index, byte);
  padded.setUint8(bytes.length, 0x80);
  padded.setBigUint64(padded.byteLength - 8, BigInt(bytes.length * 8));
  return Array.from({ length: blocks * 16 }, (_, index) => padded.getInt32(index * 4));
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

/** Section 6.2.2. */
function compress(state: readonly number[], block: readonly number[]): readonly number[] {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (const [round, word] of scheduleOf(block).entries()) {
    const sumOfE = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const first = (h + sumOfE + choice + (roundConstants[round] ?? 0) + word) | 0;
    const sumOfA = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    [a, b, c, d, e, f, g, h] = [(first + sumOfA + majority) | 0, a, b, c, (d + first) | 0, e, f, g];
  }
  return [a, b, c, d, e, f, g, h].map((word, index) => (word + (state[index] ?? 0)) | 0);
}

function scheduleOf(block: readonly number[]): readonly number[] {
  const words = [...block];
  const before = (count: number) => words[words.length - count] ?? 0;
  while (words.length < 64) {
    const [early, late] = [before(15), before(2)];
    const sigmaOfEarly = rotate(early, 7) ^ rotate(early, 18) ^ (early >>> 3);
    const sigmaOfLate = rotate(late, 17) ^ rotate(late, 19) ^ (late >>> 10);
    words.push((before(16) + sigmaOfEarly + before(7) + sigmaOfLate) | 0);
  }
  return words;
}
