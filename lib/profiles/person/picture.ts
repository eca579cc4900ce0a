import { disableTypes, imageSize, types } from "image-size";
import { LRUCache } from "lru-cache";
import { type FetchPublicOptions, fetchPublic, NotFetched } from "@/lib/http/fetch-public";

/**
 * Pictures of people: the server fetches them from the URL that the project's app sent, checks them and caches them.
 */

const MAX_BYTES = 512 * 1024;
const TIMEOUT_MS = 5_000;
/** The most pixels per side and in all: a small file may unpack to gigabytes in a member's browser. */
const MAX_SIDE = 4_096;
const MAX_PIXELS = 4_096 * 2_048;
/** How much is cached and for how long, including the fact that there is no picture. */
const CACHE_MAX_BYTES = 32 * 1024 * 1024;
const PICTURE_CACHE_MS = 60 * 60_000;
const MISS_CACHE_MS = 10 * 60_000;
/** Concurrent fetches in all and per project, and how many may wait for a slot: a few pages of people. */
const MAX_FETCHES = 16;
const MAX_FETCHES_OF_PROJECT = 6;
const MAX_WAITING = 500;
const MAX_WAITING_OF_PROJECT = 200;

const RASTER = new Map([
  ["png", "image/png"],
  ["jpg", "image/jpeg"],
  ["gif", "image/gif"],
  ["webp", "image/webp"],
]);
// Other formats, which may contain scripts or need their own decoder, are not even parsed.
disableTypes(types.filter((type) => !RASTER.has(type)));

export type ProfilePicture = { type: string; bytes: Buffer };

/** Detects the type from the bytes: a picture of an accepted type and size, or null. */
export function parsePicture(bytes: Buffer): ProfilePicture | null {
  if (bytes.length === 0 || bytes.length > MAX_BYTES) return null;
  try {
    const { width, height, type } = imageSize(bytes);
    const mime = RASTER.get(type ?? "");
    const fits = width > 0 && height > 0 && Math.max(width, height) <= MAX_SIDE && width * height <= MAX_PIXELS;
    return mime && fits ? { type: mime, bytes } : null;
  } catch {
    return null;
  }
}

/** null: there is no picture. */
type CachedPicture = { picture: ProfilePicture | null };

type Turn = { started: Promise<void>; end: () => void };
type Waiting = { projectId: string; start: () => void };

/** Limits concurrent fetches in all and per project; first come, first served among those below their limit. */
class FetchQueue {
  private readonly busy = new Map<string, number>();
  private readonly waiting: Waiting[] = [];
  private running = 0;

  /** null: too many are waiting. */
  take(projectId: string): Turn | null {
    const ofProject = this.waiting.filter((it) => it.projectId === projectId).length;
    if (this.waiting.length >= MAX_WAITING || ofProject >= MAX_WAITING_OF_PROJECT) return null;
    const started = new Promise<void>((start) => this.waiting.push({ projectId, start }));
    this.next();
    return { started, end: () => this.end(projectId) };
  }

  private next(): void {
    while (this.running < MAX_FETCHES) {
      const at = this.waiting.findIndex(({ projectId }) => (this.busy.get(projectId) ?? 0) < MAX_FETCHES_OF_PROJECT);
      const [first] = at === -1 ? [] : this.waiting.splice(at, 1);
      if (!first) return;
      this.running += 1;
      this.busy.set(first.projectId, (this.busy.get(first.projectId) ?? 0) + 1);
      first.start();
    }
  }

  private end(projectId: string): void {
    this.running -= 1;
    const running = (this.busy.get(projectId) ?? 1) - 1;
    if (running > 0) this.busy.set(projectId, running);
    else this.busy.delete(projectId);
    this.next();
  }
}

export class Pictures {
  private readonly cache = new LRUCache<string, CachedPicture>({
    maxSize: CACHE_MAX_BYTES,
    sizeCalculation: ({ picture }, key) => (picture?.bytes.length ?? 0) + key.length + 100,
  });
  private readonly underWay = new Map<string, Promise<ProfilePicture | null>>();
  private readonly turns = new FetchQueue();

  constructor(private readonly options: Omit<FetchPublicOptions, "maxBytes" | "timeoutMs"> = {}) {}

  /** The picture at `url`, for one project; null if there is none, "busy" if too many fetches are waiting. */
  async get(projectId: string, url: string): Promise<ProfilePicture | null | "busy"> {
    const key = `${projectId} ${url}`;
    const known = this.cache.get(key);
    if (known) return known.picture;
    const running = this.underWay.get(key);
    if (running) return running;
    const turn = this.turns.take(projectId);
    if (!turn) return "busy";
    const fetching = this.fetchInTurn(turn, key, url).finally(() => this.underWay.delete(key));
    this.underWay.set(key, fetching);
    return fetching;
  }

  private async fetchInTurn(turn: Turn, key: string, url: string): Promise<ProfilePicture | null> {
    await turn.started;
    try {
      const picture = await this.fetch(url);
      this.cache.set(key, { picture }, { ttl: picture ? PICTURE_CACHE_MS : MISS_CACHE_MS });
      return picture;
    } finally {
      turn.end();
    }
  }

  private async fetch(url: string): Promise<ProfilePicture | null> {
    try {
      return parsePicture(await fetchPublic(url, { ...this.options, maxBytes: MAX_BYTES, timeoutMs: TIMEOUT_MS }));
    } catch (error) {
      if (error instanceof NotFetched) return null;
      throw error;
    }
  }
}

const shared = globalThis as typeof globalThis & { throughlinePictures?: Pictures };

/** One per process, shared by Next's copies of this module. */
export const pictures = (): Pictures => (shared.throughlinePictures ??= new Pictures());
