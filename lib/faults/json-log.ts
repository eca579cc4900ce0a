import { format } from "node:util";
import pino from "pino";
import { requestId } from "./request-id";
import { jsonLog, setJsonLog } from "./sink";

/**
 * Makes every line of this process' output a JSON object (LOG_FORMAT=json), including what Next, libraries and our own
 * code print through the console. Idempotent. Throws for an unknown level.
 */
export function logAsJson(level: string, destination: pino.DestinationStream = pino.destination(1)): void {
  if (jsonLog()) return;
  if (!Object.hasOwn(pino.levels.values, level))
    throw new Error(`LOG_LEVEL is ${level}; it may be debug, info, warn or error.`);
  const log = pino(
    { level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: levelField } },
    destination,
  );
  const fields = () => {
    const id = requestId();
    return id === undefined ? {} : { requestId: id };
  };
  setJsonLog({
    fault: ({ message, ...fault }) => log.error({ ...fields(), ...fault }, message),
    request: ({ id, ...request }) => log.info({ requestId: id, ...request }, "request"),
  });
  const printer =
    (name: "debug" | "info" | "warn" | "error") =>
    (...args: unknown[]) =>
      log[name](fields(), format(...args));
  const [debug, info, warn, error] = [printer("debug"), printer("info"), printer("warn"), printer("error")];
  Object.assign(console, { debug, info, log: info, warn, error });
}

const levelField = (level: string) => ({ level });
