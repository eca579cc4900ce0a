import { webIngest } from "@/lib/ingest/http/serve";

/** Mixpanel's replays: taken and forgotten, when server.ts does not take them first. docs/migrate/mixpanel.md. */
export const GET = webIngest;
export const POST = webIngest;
export const OPTIONS = webIngest;
