import { webIngest } from "@/lib/ingest/http/serve";

/** Rybbit's configuration and flags, when server.ts does not take them first. docs/migrate/umami.md. */
export const GET = webIngest;
export const POST = webIngest;
export const OPTIONS = webIngest;
