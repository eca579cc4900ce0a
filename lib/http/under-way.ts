import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "@/lib/errors";
import { LINGER_MS, lingerAfterEarlyAnswer } from "@/lib/http/linger";

export type UnderWayLimits = {
  /** Bytes of bodies held for requests not yet answered, over all connections. */
  totalBytes: number;
  /** Bytes of bodies held for requests from one address. */
  addressBytes: number;
  /** A body that stalls for this long is dropped, in ms. */
  stallMs: number;
  /** After `graceMs` a body must have arrived at this many bytes a second on average. */
  bytesPerSecond: number;
  graceMs: number;
  /** How long a sender may keep writing after a response that was sent before its whole body arrived, in ms. */
  lingerMs: number;
};

/**
 * Without limits, 700 connections that sent 960 KB each and then stalled held 600 MB. A phone on a bad network sends 10
 * KB a second.
 */
export const UNDER_WAY_LIMITS: UnderWayLimits = {
  totalBytes: 128 * 1024 * 1024,
  addressBytes: 16 * 1024 * 1024,
  stallMs: 5_000,
  bytesPerSecond: 1_000,
  graceMs: 10_000,
  lingerMs: LINGER_MS,
};

type HeldBody = {
  request: IncomingMessage;
  response: ServerResponse;
  address: string | null;
  bytes: number;
  began: number;
  movedAt: number;
  /** Answered or dropped: anything else that arrives is discarded and not counted. */
  isOver: boolean;
};

/**
 * Limits the memory held by bodies, counted from the arrival of their bytes until the response, whoever reads them:
 * ingest, Next or nobody. Beyond the limits a request is answered 429 (its address) or 503 (everybody) and its
 * connection ends; a stalled body is answered 408.
 */
export class UnderWay {
  private readonly requests = new Set<HeldBody>();
  private readonly byAddress = new Map<string, number>();
  private total = 0;
  private sweeper: NodeJS.Timeout | undefined;
  private sweptAt = 0;

  constructor(private readonly limits: UnderWayLimits = UNDER_WAY_LIMITS) {}

  /** Bytes held now, for one address or in all. */
  bytes(address?: string): number {
    return address === undefined ? this.total : (this.byAddress.get(address) ?? 0);
  }

  /** Call it before anybody reads the body. `address`: null if many share it, such as a proxy's. */
  watch(request: IncomingMessage, response: ServerResponse, address: string | null): void {
    const { headers } = request;
    if (headers["transfer-encoding"] === undefined && Number(headers["content-length"] ?? 0) === 0) return;
    const now = performance.now();
    const held: HeldBody = { request, response, address, bytes: 0, began: now, movedAt: now, isOver: false };
    this.requests.add(held);
    // Node pushes each arriving chunk of a body into its request: the only place before anybody reads it.
    const push = request.push.bind(request);
    request.push = (chunk: Buffer | null) => {
      if (held.isOver) return chunk === null ? push(null) : true;
      if (chunk !== null) this.take(held, chunk.byteLength);
      return held.isOver ? false : push(chunk);
    };
    response.once("close", () => this.release(held));
    lingerAfterEarlyAnswer(request, response, this.limits.lingerMs);
    if (this.sweeper) return;
    this.sweptAt = now;
    this.sweeper = setInterval(() => this.sweep(performance.now()), this.sweepEveryMs).unref();
  }

  private get sweepEveryMs(): number {
    return Math.min(1_000, this.limits.stallMs / 2);
  }

  private take(held: HeldBody, bytes: number): void {
    held.bytes += bytes;
    held.movedAt = performance.now();
    this.total += bytes;
    if (held.address !== null) this.byAddress.set(held.address, this.bytes(held.address) + bytes);
    const isAddressOver = held.address !== null && this.bytes(held.address) > this.limits.addressBytes;
    if (isAddressOver) this.refuse(held, ADDRESS_IS_OVER);
    else if (this.total > this.limits.totalBytes) this.refuse(held, SERVER_IS_OVER);
  }

  private sweep(now: number): void {
    // While we stood still (no core, a sleeping machine), bodies arrived that nobody has read yet.
    const lateMs = Math.max(0, now - this.sweptAt - this.sweepEveryMs);
    this.sweptAt = now;
    for (const held of this.requests) {
      if (held.request.complete || held.isOver) continue;
      held.began += lateMs;
      held.movedAt += lateMs;
      // A body that we are slow to read is not stalled by its sender.
      if (held.request.readableLength >= held.request.readableHighWaterMark) {
        held.movedAt = now;
        continue;
      }
      const aliveMs = now - held.began;
      const isSlow = aliveMs > this.limits.graceMs && held.bytes < (aliveMs / 1_000) * this.limits.bytesPerSecond;
      if (isSlow || now - held.movedAt > this.limits.stallMs) this.refuse(held, STALLED);
    }
    if (this.requests.size === 0) {
      clearInterval(this.sweeper);
      this.sweeper = undefined;
    }
  }

  /** Responds and ends the connection; the reader of the body sees it abort. */
  private refuse(held: HeldBody, error: AppError): void {
    held.isOver = true;
    const { request, response } = held;
    if (!response.headersSent) {
      const body = JSON.stringify(error.toBody());
      response.writeHead(error.status, {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        connection: "close",
        ...(error.retryAfterSeconds === undefined ? {} : { "retry-after": String(error.retryAfterSeconds) }),
      });
      response.end(body);
    }
    refusals.set(request, error);
    this.release(held);
    // After the answer has left; the reader's copy of the body is freed with the request.
    setTimeout(() => request.socket.destroy(), CLOSE_MS).unref();
    request.destroy();
  }

  private release(held: HeldBody): void {
    held.isOver = true;
    if (!this.requests.delete(held)) return;
    this.total -= held.bytes;
    if (held.address === null) return;
    const left = this.bytes(held.address) - held.bytes;
    if (left > 0) this.byAddress.set(held.address, left);
    else this.byAddress.delete(held.address);
  }
}

const refusals = new WeakMap<IncomingMessage, AppError>();

/** Why a request was answered before its body was read; undefined if it was not. */
export const bodyRefusalOf = (request: IncomingMessage): AppError | undefined => refusals.get(request);

const RETRY = { retryAfterSeconds: 5 };
const CLOSE_MS = 100;
const ADDRESS_IS_OVER = new AppError(
  "rate_limited",
  "Too much at once from this address. Try again in a few seconds.",
  RETRY,
);
const SERVER_IS_OVER = new AppError(
  "unavailable",
  "The server is receiving too much at the moment. Try again in a few seconds.",
  RETRY,
);
const STALLED = new AppError("timeout", "The body stopped arriving. Send the request again.");
