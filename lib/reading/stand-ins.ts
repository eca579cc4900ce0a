import { createCipheriv, createDecipheriv, createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { config } from "@/lib/config";
import { replaceAddresses } from "@/lib/format/addresses";
import { lru } from "@/lib/lru";
import type { Reader } from "@/lib/scope";

/**
 * What masked sight gets in place of an address in an account's id or an event's name, which are keys of many tables,
 * so that no view can hide them: "~" and the address, encrypted for the project. The same address always has the same
 * stand-in, so links and filters work with it; nobody can make one for a guessed address
 * (docs/decisions/0145-stand-ins.md).
 */

const TAG_BYTES = 8;
/** Addresses are padded to a multiple of this, so that only their rough length shows. */
const BLOCK = 8;
const STAND_IN = /~([\w-]{22,})/g;
/** Takes the place of an address that a masked reader asks for: found nowhere. */
const NOWHERE = "~\ue0ff";

type Keys = { name: Buffer; text: Buffer };
const MAX_KEYS = 1_000;
const keys = lru<Keys>(MAX_KEYS);

function keysOf(projectId: string): Keys {
  const secret = config().AUTH_SECRET;
  const id = `${projectId} ${secret}`;
  const known = keys.get(id);
  if (known) return known;
  const bytes = Buffer.from(hkdfSync("sha256", secret, projectId, "throughline stand-ins", 64));
  const made = { name: bytes.subarray(0, 32), text: bytes.subarray(32) };
  keys.set(id, made);
  return made;
}

const tagOf = ({ name }: Keys, text: Buffer): Buffer =>
  createHmac("sha256", name).update(text).digest().subarray(0, TAG_BYTES);
const counterOf = (tag: Buffer): Buffer => Buffer.concat([tag, Buffer.alloc(16 - TAG_BYTES)]);

function standInOf(projectId: string, address: string): string {
  const of = keysOf(projectId);
  const bytes = Buffer.from(address);
  const text = Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)]);
  const tag = tagOf(of, text);
  const cipher = createCipheriv("aes-256-ctr", of.text, counterOf(tag));
  return `~${Buffer.concat([tag, cipher.update(text), cipher.final()]).toString("base64url")}`;
}

/** The address behind a stand-in, without its "~"; null if it is none of this project. */
function addressOf(projectId: string, encoded: string): string | null {
  const of = keysOf(projectId);
  const bytes = Buffer.from(encoded, "base64url");
  const tag = bytes.subarray(0, TAG_BYTES);
  const decipher = createDecipheriv("aes-256-ctr", of.text, counterOf(tag));
  const text = Buffer.concat([decipher.update(bytes.subarray(TAG_BYTES)), decipher.final()]);
  if (!timingSafeEqual(tagOf(of, text), tag)) return null;
  // The padding, as no text in Postgres has a zero.
  const end = text.indexOf(0);
  return text.subarray(0, end === -1 ? text.length : end).toString();
}

const isPlain = (value: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(value));

/** A value with each text in it, also in keys, changed; the same value if none is. */
function changed<T>(value: T, change: (text: string) => string): T;
function changed(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const list = value.map((one) => changed(one, change));
    return list.every((one, i) => one === value[i]) ? value : list;
  }
  if (!isPlain(value)) return value;
  const entries = Object.entries(value);
  const others = entries.map(([key, one]) => [change(key), changed(one, change)] as const);
  return others.every(([key, one], i) => key === entries[i]?.[0] && one === entries[i]?.[1])
    ? value
    : Object.fromEntries(others);
}

/** A value, such as a row, as masked sight reads it: with stand-ins for the addresses in it. */
export const withStandIns = <T>({ projectId, sight }: Reader, value: T): T =>
  sight.masked ? changed(value, (text) => replaceAddresses(text, (address) => standInOf(projectId, address))) : value;

/** An id from a link as `reading` takes it: full sight also follows links of masked colleagues and of alerts. */
export const idForReading = (reader: Reader, id: string): string =>
  reader.sight.masked ? id : withoutStandIns(reader, id);

/**
 * A value that a reader sent, such as an account's id or a rule, as the database knows it: with the addresses behind
 * stand-ins, which full sight sends, too, as it follows links of alerts and colleagues. An address itself finds nothing
 * for masked sight, as it would reveal whether it is there.
 */
export const withoutStandIns = <T>({ projectId, sight }: Reader, value: T): T =>
  changed(value, (text) => {
    const asked = sight.masked ? replaceAddresses(text, () => NOWHERE) : text;
    if (!asked.includes("~")) return asked;
    // A document sent as text stays one.
    const quote = /^[[{]/.test(asked) ? (address: string) => JSON.stringify(address).slice(1, -1) : String;
    return asked.replace(STAND_IN, (given, encoded: string) => {
      const address = addressOf(projectId, encoded);
      return address === null ? given : quote(address);
    });
  });
