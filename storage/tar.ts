/**
 * Headers of a tar archive (POSIX ustar), so that an archive is written entry by entry, by whoever goes on with it.
 * Names go up to 255 bytes, and break at a slash; a longer one throws.
 */
const BLOCK = 512;
const NAME = 100;
const PREFIX = 155;

/** `size`: bytes of what follows; `at`: epoch ms. */
export function tarHeader(name: string, size: number, at: number): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const write = (text: string, offset: number) => block.set(new TextEncoder().encode(text), offset);
  const [prefix, rest] = partsOf(name);
  write(rest, 0);
  write('0000644\0', 100);
  write('0000000\0', 108);
  write('0000000\0', 116);
  write(`${octal(size, 11)}\0`, 124);
  write(`${octal(Math.floor(at / 1000), 11)}\0`, 136);
  // The sum is taken as if it were spaces.
  write(' '.repeat(8), 148);
  write('0', 156);
  write('ustar\0', 257);
  write('00', 263);
  write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

/** What fills the last block of an entry. */
export function tarPadding(size: number): Uint8Array {
  return new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
}

/** Ends an archive. */
export function tarEnd(): Uint8Array {
  return new Uint8Array(2 * BLOCK);
}

/** Throws RangeError for a name that does not fit. */
function partsOf(name: string): [prefix: string, rest: string] {
  const length = (text: string) => new TextEncoder().encode(text).byteLength;
  if (length(name) <= NAME) return ['', name];
  for (let at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1)) {
    const [prefix, rest] = [name.slice(0, at), name.slice(at + 1)];
    if (length(prefix) <= PREFIX && length(rest) <= NAME) return [prefix, rest];
  }
  throw new RangeError(`the name ${name.slice(0, 40)}… is too long for an archive`);
}

function octal(value: number, digits: number): string {
  const text = value.toString(8).padStart(digits, '0');
  if (text.length > digits) throw new RangeError('too large for an archive');
  return text;
}
