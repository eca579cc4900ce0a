import { webIngest } from "@/lib/ingest/http/serve";

/** All paths that SDKs send to, when server.ts does not answer them itself; next.config.js lists them. */
export const GET = webIngest;
export const POST = webIngest;
export const OPTIONS = webIngest;
