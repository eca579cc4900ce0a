import { webIngest } from "@/lib/ingest/http/serve";

/** Rybbit's logins; its events come to /api/track, when server.ts does not take them first. docs/migrate/umami.md. */
export const GET = webIngest;
export const POST = webIngest;
export const OPTIONS = webIngest;
