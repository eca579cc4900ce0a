import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const DEFAULT_PORT = 3000;

/** Where to listen, by the variable PORT. Throws a sentence. */
export function readPort(variable) {
  const value = variable || String(DEFAULT_PORT);
  const port = Number(value);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`PORT is ${value}, which is not a port number (1 to 65535).`);
}

/** How long the workers of a Throughline that was killed may take to leave its port, in ms. */
const LEAVE_MS = 3_000;
const CHECK_EVERY_MS = 50;

/**
 * Rejects if somebody listens there, such as a Throughline that still runs: installing or building would replace the
 * files it serves. The server checks again when it binds. On a busy machine the workers of a killed one still hold the
 * port for a moment after it.
 */
export async function requireFree(port, host, waitMs = LEAVE_MS) {
  for (const deadline = performance.now() + waitMs; ; await sleep(CHECK_EVERY_MS)) {
    try {
      return await listenOnce(port, host);
    } catch (error) {
      if (error.code !== "EADDRINUSE" || performance.now() > deadline) throw error;
    }
  }
}

async function listenOnce(port, host) {
  const probe = createServer();
  probe.listen(port, host);
  await once(probe, "listening");
  probe.close();
  await once(probe, "close");
}
