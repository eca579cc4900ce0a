import { webIngest } from "@/lib/ingest/serve";

/** All SDK paths, for when server.ts does not answer them itself; next.config.js lists them. */
export const GET = webIngest;
export const POST = webIngest;
export const OPTIONS = webIngest;
