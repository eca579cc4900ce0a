import { webIngest } from "@/lib/ingest/http/serve";

/** Where OpenPanel's first SDKs send events and profiles (docs/wire.md W13). */
export const POST = webIngest;
export const OPTIONS = webIngest;
