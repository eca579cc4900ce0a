import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { certificateFor } from "./certificate";
import { type Listening, passOn } from "./proxy";

/**
 * What operators put in front of the app: TLS on a free port of this machine, plain HTTP to `target`, and the usual
 * forwarding headers.
 */
export async function openHttps(target: string): Promise<Listening> {
  const server = createServer(await certificateFor("localhost"), (request, response) => {
    request.headers["x-forwarded-proto"] = "https";
    request.headers["x-forwarded-for"] = request.socket.remoteAddress ?? "";
    passOn(target, request, response);
  });
  server.listen(0);
  await once(server, "listening");
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
