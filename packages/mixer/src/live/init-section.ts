/** What an initialization section says of a stream: as far as players want to know before they fetch it. */
export interface StreamFacts {
  /** RFC 6381. */
  readonly codecs: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** Octets from a box's name: to the picture's size in a sample entry (ISO/IEC 14496-12 section 12.1.3), to the profile in the decoder's configuration (ISO/IEC 14496-15). */
const [sizeAt, profileAt] = [28, 5];
/** AAC-LC, which is all that the packager makes. */
const soundCodec = 'mp4a.40.2';

/** Undefined for one without H.264. */
export function readInitSection(init: Uint8Array): StreamFacts | undefined {
  const [entry, configuration] = [endOfName(init, 'avc1'), endOfName(init, 'avcC')];
  if (entry === undefined || configuration === undefined) return undefined;
  const view = new DataView(init.buffer, init.byteOffset, init.byteLength);
  const at = entry - 4 + sizeAt;
  const profile = init.subarray(configuration - 4 + profileAt, configuration - 4 + profileAt + 3);
  if (profile.length < 3 || at + 4 > init.length) return undefined;
  const codec = Array.from(profile, (octet) => octet.toString(16).padStart(2, '0')).join('');
  return {
    codecs: `avc1.${codec},${soundCodec}`,
    width: view.getUint16(at),
    height: view.getUint16(at + 2),
  };
}

/** Boxes that are deep within others are looked for by their names: in the few octets of such a section nothing else is called so. */
function endOfName(init: Uint8Array, name: string): number | undefined {
  const octets = new TextEncoder().encode(name);
  for (let at = 0; at + octets.length <= init.length; at += 1) {
    if (octets.every((octet, index) => init[at + index] === octet)) return at + octets.length;
  }
  return undefined;
}
