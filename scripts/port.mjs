import { once } from "node:events";
import { createServer } from "node:net";

const DEFAULT_PORT = 3000;

/** Where to listen, by the variable PORT. Throws a sentence. */
export function readPort(variable) {
  const given = variable || String(DEFAULT_PORT);
  const port = Number(given);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`PORT is ${given}, which is no port number (1 to 65535).`);
}

/**
 * Rejects if somebody listens there, such as a Throughline that still runs: installing or building would replace the
 * files it serves. The server checks again when it binds.
 */
export async function requireFree(port, host) {
  const probe = createServer();
  probe.listen(port, host);
  await once(probe, "listening");
  probe.close();
  await once(probe, "close");
}
