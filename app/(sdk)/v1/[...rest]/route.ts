import { webIngest } from "@/lib/ingest/http/serve";

/** Segment's calls, batches and settings, when server.ts does not take them first. docs/migrate/segment.md. */
export const GET = webIngest;
export const POST = webIngest;
export const OPTIONS = webIngest;
