import { webIngest } from "@/lib/ingest/http/serve";

/** Umami's replays: taken and forgotten, when server.ts does not take them first. docs/migrate/umami.md. */
export const GET = webIngest;
export const POST = webIngest;
export const OPTIONS = webIngest;
