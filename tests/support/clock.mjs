import { readFileSync } from "node:fs";

/**
 * Loaded into the app's processes (NODE_OPTIONS=--import): their clock is as many ms ahead as the file AHEAD_FILE says,
 * from a moment after it changes. Monotonic clocks continue, as when somebody sets a machine's clock.
 */
const LOOK_EVERY_MS = 50;
const real = Date.now;
let ahead = 0;
setInterval(() => {
  ahead = Number(readFileSync(process.env.AHEAD_FILE ?? "", "utf8"));
}, LOOK_EVERY_MS).unref();

Date.now = () => real() + ahead;
globalThis.Date = new Proxy(Date, {
  construct: (target, args, as) => Reflect.construct(target, args.length === 0 ? [Date.now()] : args, as),
  apply: () => new Date().toString(),
});
