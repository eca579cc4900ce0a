import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { FetchPublicOptions } from "@/lib/http/fetch-public";
import { certificateFor } from "./certificate";

/** The smallest real PNG: one pixel. */
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * A picture host on this machine, over TLS, that answers for https://pictures.example. `options` let a fetch reach it
 * and nothing else: as if 127.0.0.1 were the only public address.
 */
export async function openPictureHost() {
  const { key, cert } = await certificateFor("pictures.example", "other.example");
  const answers = new Map<string, Answer>();
  const seen: IncomingMessage[] = [];
  const server = createServer({ key, cert }, (request, response) => {
    seen.push(request);
    const answer = answers.get(request.url ?? "");
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const port = (server.address() as AddressInfo).port;
  const options = {
    resolve: async () => ["127.0.0.1"],
    isAllowed: (address: string) => address === "127.0.0.1",
    tls: { ca: cert },
    ports: [String(port)],
  } satisfies Partial<FetchPublicOptions>;
  return {
    origin: `https://pictures.example:${port}`,
    answers,
    seen,
    options,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
