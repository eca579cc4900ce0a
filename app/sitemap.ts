import type { MetadataRoute } from "next";
import { headers } from "next/headers";
import { docsHref, docsPages } from "@/lib/docs/pages";
import { requestOrigin } from "@/lib/http/forwarded";

/** The public pages, under the address this instance is reached at. */
export default async function sitemap(): Promise<MetadataRoute.Sitemap> {
  const origin = requestOrigin(await headers());
  return ["/", ...docsPages().map(({ slug }) => docsHref(slug))].map((path) => ({ url: origin + path }));
}
