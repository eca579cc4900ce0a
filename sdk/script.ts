import { createClient } from "./client";
import type { CoreClient, Options } from "./types";

/**
 * The script tag's entry: takes over the calls that the snippet queued, in order once `init` has come. `op("track", …)` and
 * `op.track(…)` are the same; a call that does not exist does nothing. Loaded twice, the second does nothing.
 */
type Call = [method: string, ...args: unknown[]];
type Api = ((...call: Call) => unknown) & { q?: Call[] };

const page = window as Window & { op?: Api; throughline?: Api };
const script = document.currentScript as HTMLScriptElement | null;
const stub = page.op;

if (!stub || "q" in stub) {
  let client: CoreClient | undefined;
  const early: Call[] = [];
  const api: Api = (method, ...args) => {
    if (client) return (client[method as keyof CoreClient] as Api | undefined)?.(...(args as Call));
    early.push([method, ...args]);
    if (method !== "init") return;
    client = createClient(args[0] as Options, script?.src.replace(/[^/]*$/, "api"));
    for (const call of early) api(...call);
  };
  page.op = page.throughline = new Proxy(api, {
    get:
      (_, method: string) =>
      (...args: unknown[]) =>
        api(method, ...args),
  });
  for (const call of stub?.q || []) api(...call);
}
