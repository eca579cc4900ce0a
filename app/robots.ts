import type { MetadataRoute } from "next";
import { headers } from "next/headers";
import { requestOrigin } from "@/lib/http/forwarded";

/** Search engines read the public pages; a link to the app leads to its log-in. */
export default async function robots(): Promise<MetadataRoute.Robots> {
  const origin = requestOrigin(await headers());
  return {
    rules: {
      userAgent: "*",
      allow: "/",
      disallow: ["/api/", "/demo", "/invite/", "/reset", "/verify", "/signup/confirm"],
    },
    sitemap: `${origin}/sitemap.xml`,
  };
}
