import { webIngest } from "@/lib/ingest/http/serve";

/** GoatCounter's events, which we do not speak: see lib/ingest/dialects/unspoken.ts. For hosts that only run Next. */
export const GET = webIngest;
export const POST = webIngest;
export const OPTIONS = webIngest;
