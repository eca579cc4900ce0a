import { webIngest } from "@/lib/ingest/http/serve";

/** What Mixpanel's libraries say of companies, when server.ts does not take them first. docs/migrate/mixpanel.md. */
export const GET = webIngest;
export const POST = webIngest;
export const OPTIONS = webIngest;
