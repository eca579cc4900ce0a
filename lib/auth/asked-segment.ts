import "server-only";
import { headers } from "next/headers";
import { PATH_HEADER } from "@/lib/http/asked-path";

/**
 * A part of the address, decoded once. Next decodes a page's parameters and encodes some of their characters anew, so
 * "auth0%7C64f0" cannot be told from "auth0|64f0" in them: server.ts hands the path on as it was asked for. Without
 * server.ts (hosts that only run Next) the parameter is decoded as well as it can be.
 */
export async function askedSegment(param: string, segmentIn: (path: string) => string | null): Promise<string> {
  const path = (await headers()).get(PATH_HEADER);
  const segment = path === null ? null : segmentIn(path);
  try {
    return decodeURIComponent(segment ?? param);
  } catch {
    return param;
  }
}
