"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

/** A year, in seconds. */
const KEEP_SECONDS = 365 * 24 * 60 * 60;

/** Sends the browser's time zone to the server once, so that dates are local. `known`: the zone it rendered with. */
export function TimeZone({ known }: { known: string }) {
  const router = useRouter();
  useEffect(() => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!zone || zone === known) return;
    const [prefix, secure] = location.protocol === "https:" ? ["__Host-", "; secure"] : ["", ""];
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in Firefox before 140
    document.cookie = `${prefix}throughline-zone=${encodeURIComponent(zone)}; path=/; max-age=${KEEP_SECONDS}; samesite=lax${secure}`;
    router.refresh();
  }, [known, router]);
  return null;
}
