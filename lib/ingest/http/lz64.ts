/**
 * Unpacks lz-string's compressToBase64, as posthog-js-lite 2 sends it. Throws a RangeError beyond `maxChars` characters
 * (the library has no limit, and 2 KB can become 2 MB); returns null for malformed input. O(length of the text), as
 * each code yields at least one character.
 */
export function unpackLz64(packed: string, maxChars: number): string | null {
  const bits = bitReader(packed);
  const first = readLiteral(bits, bits(2));
  if (first === null) return null;
  const dictionary: (string | null)[] = [null, null, null, first];
  const parts = [first];
  let chars = first.length;
  let previous = first;
  let width = 3;
  let untilWider = 4;
  const addEntry = (text: string): void => {
    dictionary.push(text);
    if (--untilWider === 0) untilWider = 2 ** width++;
  };
  for (;;) {
    const code = bits(width);
    if (code === END) return parts.join("");
    let entry: string | null | undefined;
    if (code < END) {
      entry = readLiteral(bits, code);
      if (entry === null) return null;
      addEntry(entry);
    } else {
      entry = code === dictionary.length ? previous + previous.charAt(0) : dictionary[code];
    }
    if (entry == null || bits.isOver()) return null;
    chars += entry.length;
    if (chars > maxChars) throw new RangeError("The unpacked text is too long.");
    parts.push(entry);
    addEntry(previous + entry.charAt(0));
    previous = entry;
  }
}

/** The code that ends the text; 0 and 1 mean that a character of 8 or 16 bits follows. */
const END = 2;
const ALPHABET = new Map(
  Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=", (letter, at) => [letter, at]),
);

type Bits = ((count: number) => number) & { isOver: () => boolean };

/** Six bits per letter, the highest first; a number's lowest bit comes first. */
function bitReader(packed: string): Bits {
  let at = 0;
  let mask = 32;
  let value = ALPHABET.get(packed[0] ?? "") ?? 0;
  const read = (count: number): number => {
    let number = 0;
    for (let power = 1; power < 2 ** count; power *= 2) {
      if ((value & mask) !== 0) number += power;
      mask >>= 1;
      if (mask === 0) {
        mask = 32;
        value = ALPHABET.get(packed[++at] ?? "") ?? 0;
      }
    }
    return number;
  };
  return Object.assign(read, { isOver: () => at > packed.length });
}

function readLiteral(bits: Bits, code: number): string | null {
  return code === 0 || code === 1 ? String.fromCharCode(bits(code === 0 ? 8 : 16)) : null;
}
