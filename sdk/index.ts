import { createClient } from "./client";
import type { Client, Options } from "./types";

export type { Client, Group, IdentifyPayload, Increment, Message, Options, Properties } from "./types";

/** Without a page (server rendering) every call is a no-op. */
const absent = new Proxy({} as Client, {
  get: (_, method) => (method === "then" ? undefined : method === "fetchDeviceId" ? async () => "" : () => ""),
});

/** `new Throughline({ clientId, apiUrl })`: the same client as the script's, for code that is bundled. */
export type Throughline = Client;
export const Throughline = function Throughline(options: Options): Client {
  return typeof document === "undefined" ? absent : createClient(options);
} as unknown as new (
  options: Options,
) => Client;
