import "server-only";
import { headers } from "next/headers";
import { PATH_HEADER } from "@/lib/http/requested-path";

/**
 * A segment of the requested path, decoded once. Next decodes a page's parameters and re-encodes some characters, so
 * "auth0%7C64f0" and "auth0|64f0" become the same; server.ts therefore passes on the path as requested. Without
 * server.ts (hosts that only run Next) the parameter is decoded as well as possible.
 */
export async function requestedSegment(param: string, segmentIn: (path: string) => string | null): Promise<string> {
  const path = (await headers()).get(PATH_HEADER);
  const segment = path === null ? null : segmentIn(path);
  try {
    return decodeURIComponent(segment ?? param);
  } catch {
    return param;
  }
}
