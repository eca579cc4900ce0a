import { config } from "@/lib/config";
import type { HeaderMap } from "@/lib/http/header-map";
import { clientAddress } from "@/lib/http/network";
import type { IngestAnswer } from "@/lib/ingest/http/answer";

export type IngestRequest = {
  method: string;
  /** Path and query, as in the request line. */
  url: string;
  /** Names in lower case. */
  headers: HeaderMap;
  /** The peer's address; null if the host does not provide it (Next's route handlers). */
  remoteAddress: string | null;
  /** Milliseconds since 1970. */
  receivedAt: number;
  /** Reads the body, at most that many bytes; throws `too_large` beyond. */
  body: (maxBytes: number) => Promise<Buffer>;
  /** The project its key belongs to, once known; also set for a key that was then rejected. */
  projectId?: string;
  /** Converts the answer to a failure for the SDK, which is known by path until the body is read. */
  refusal?: ((answer: IngestAnswer) => IngestAnswer) | undefined;
};

/** Shared by all requests without a query: most of them. */
const NO_QUERY = new URLSearchParams();

export function splitUrl({ url }: Pick<IngestRequest, "url">): { path: string; query: URLSearchParams } {
  const [path = "/", search = ""] = url.split("?", 2);
  return { path, query: search === "" ? NO_QUERY : new URLSearchParams(search) };
}

/** A header that was sent once; null for one that is missing or repeated. */
export function headerOf({ headers }: Pick<IngestRequest, "headers">, name: string): string | null {
  const value = headers[name];
  return typeof value === "string" ? value : null;
}

export const originOf = (request: Pick<IngestRequest, "headers">): string | null => headerOf(request, "origin");

/** The client's network address, as far as it can be trusted. */
export const seenAddress = ({
  headers,
  remoteAddress,
}: Pick<IngestRequest, "headers" | "remoteAddress">): string | null =>
  clientAddress(remoteAddress, headers["x-forwarded-for"], config().TRUSTED_PROXIES);
