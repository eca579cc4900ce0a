import { createClient } from "./client";
import { openStore } from "./storage";
import type { Client, Options } from "./types";

/**
 * The script tag's entry: takes over the calls that the snippet queued, in order once `init` has come. `op("track", …)`
 * and `op.track(…)` are the same; a call that does not exist does nothing. Loaded twice, the second does nothing.
 */
type Call = [method: string, ...args: unknown[]];
type Api = ((...call: Call) => unknown) & { q?: Call[] };

const page = window as Window & { op?: Api; throughline?: Api };
const script = document.currentScript as HTMLScriptElement | null;
const stub = page.op;

if (!stub || "q" in stub) {
  let client: Client | undefined;
  const early: Call[] = stub?.q || [];
  const start = () => {
    const init = early.find(([method]) => method === "init");
    if (client || !init) return;
    client = createClient(init[1] as Options, script?.src.replace(/[^/]*$/, "api"));
    for (const call of early) api(...call);
  };
  const api: Api = (method, ...args) => {
    if (client) return (client[method as keyof Client] as Api | undefined)?.(...(args as Call));
    early.push([method, ...args]);
    setTimeout(start);
  };
  page.throughline = page.op = new Proxy(api, {
    get:
      (_, method: string) =>
      (...args: unknown[]) =>
        api(method, ...args),
  });
  // The first access to storage is the slowest thing we do: do it here (there is no row -1), and the rest in a separate
  // task.
  setTimeout(start, openStore("localStorage")?.key(-1) as undefined);
}
