import { webIngest } from "@/lib/ingest/http/serve";

/** PostHog's experiments: none, when server.ts does not take them first. docs/migrate/posthog.md. */
export const GET = webIngest;
export const POST = webIngest;
export const OPTIONS = webIngest;
