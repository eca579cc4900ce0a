import "server-only";
import { cookies, headers } from "next/headers";
import type { z } from "zod";
import { makeTicket, readTicket } from "@/lib/auth/ticket";
import { config } from "@/lib/config";
import { isSecure } from "@/lib/http/forwarded";

/**
 * What a log-in of several steps remembers in between, signed, in a cookie of this browser. `purpose`: "code step".
 * Keeping and clearing it only in a server action or a route handler.
 */
export function stepCookie<T>(purpose: string, schema: z.ZodType<T>, lifeMs: number) {
  const nameIn = (secure: boolean) => `${secure ? "__Host-" : ""}throughline-${purpose.replaceAll(" ", "-")}`;
  const set = async (value: string, maxAge: number): Promise<void> => {
    const secure = isSecure(await headers());
    (await cookies()).set(nameIn(secure), value, { httpOnly: true, sameSite: "lax", path: "/", secure, maxAge });
  };
  return {
    keep: (data: T): Promise<void> =>
      set(makeTicket(config().AUTH_SECRET, purpose, data, Date.now() + lifeMs), lifeMs / 1_000),
    /** null without one that is genuine and recent. */
    read: async (): Promise<T | null> => {
      const cookie = (await cookies()).get(nameIn(isSecure(await headers())))?.value;
      const read = schema.safeParse(readTicket(config().AUTH_SECRET, purpose, cookie, Date.now()));
      return read.success ? read.data : null;
    },
    clear: (): Promise<void> => set("", 0),
  };
}
