import { webIngest } from "@/lib/ingest/http/serve";

/** Where SDKs send events, when server.ts does not take them first; `/track/device-id` too. docs/wire.md. */
export const GET = webIngest;
export const POST = webIngest;
export const OPTIONS = webIngest;
