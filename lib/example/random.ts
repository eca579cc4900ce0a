import { v4, v7 } from "uuid";

/**
 * A seeded random generator: the same label always gives the same sequence. Each person has their own sequence
 * ("seed/person/17"), so generating fewer people changes none of them. sfc32 (Chris Doty-Humphrey, public domain),
 * seeded by FNV-1a; good enough for invented people, not for secrets.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(private readonly label: string) {
    [this.a, this.b, this.c] = [fnv1a(`a${label}`), fnv1a(`b${label}`), fnv1a(`c${label}`)];
    for (let i = 0; i < 12; i++) this.uint32();
  }

  /** An independent sequence, regardless of what was drawn from this one. */
  fork(name: string | number): Random {
    return new Random(`${this.label}/${name}`);
  }

  /** 0 ≤ x < 1. */
  unit(): number {
    return this.uint32() / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** low ≤ x < high. */
  between(low: number, high: number): number {
    return low + this.unit() * (high - low);
  }

  /** A whole number, both ends included. */
  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  /**
   * Log-normal: positive, mostly near `typical`, sometimes several times as long, like human pauses.
   */
  pause(typical: number, spread = 0.8): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.unit())) * Math.cos(2 * Math.PI * this.unit());
    return typical * Math.exp(spread * normal);
  }

  pick<T>(items: readonly [T, ...T[]] | readonly T[]): T {
    return items[Math.floor(this.unit() * items.length)] as T;
  }

  /** One of `items`, with probability proportional to its weight. */
  weighted<T>(items: readonly (readonly [weight: number, item: T])[]): T {
    let left = this.unit() * items.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, item] of items) {
      left -= weight;
      if (left < 0) return item;
    }
    return (items[items.length - 1] as readonly [number, T])[1];
  }

  uuid(): string {
    return v4({ random: this.bytes() });
  }

  /** A UUIDv7 for `ts` (milliseconds since 1970), as an SDK creates it at capture. */
  uuidAt(ts: number): string {
    return v7({ msecs: Math.floor(ts), random: this.bytes() });
  }

  private bytes(): Uint8Array {
    const bytes = new Uint8Array(16);
    for (let i = 0; i < 16; i += 4) new DataView(bytes.buffer).setUint32(i, this.uint32());
    return bytes;
  }

  private uint32(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum;
    return sum >>> 0;
  }
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
