import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { databaseOf } from "./embedded";
import { Instance, newFolder } from "./instance";
import { attempt, type Result } from "./trial";

const LIBRARY = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

/** The clock of app and Postgres jumps by an hour, forward and back, with libfaketime. Returns why it cannot. */
export async function tryClock(
  wanted: (fault: string) => boolean,
  note: (result: Result) => void,
): Promise<string | null> {
  const faults = [
    ["the clock jumps an hour ahead", "+3600"],
    ["the clock jumps an hour back", "+0"],
  ].filter(([fault]) => wanted(fault as string)) as [string, string][];
  if (faults.length === 0) return null;
  if (!existsSync(LIBRARY)) return "clock jumps: libfaketime is not installed (Debian: apt-get install libfaketime)";
  const dataDir = newFolder();
  const clock = join(dataDir, "clock");
  const set = (offset: string) => writeFileSync(clock, `${offset}\n`, { mode: 0o644 });
  set(faults.length === 1 && faults[0]?.[1] === "+0" ? "+3600" : "+0");
  const app = await Instance.open({
    DATA_DIR: dataDir,
    WEB_CONCURRENCY: "2",
    LD_PRELOAD: LIBRARY,
    FAKETIME_TIMESTAMP_FILE: clock,
    FAKETIME_CACHE_DURATION: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    FAKETIME_DISABLE_SHM: "1",
  });
  for (const [fault, offset] of faults) {
    const make = async () => {
      set(offset);
      await sleep(5_000);
      const date = (await fetch(`${app.url}/api/health/live`)).headers.get("date") ?? "";
      const minutes = Math.round((Date.parse(date) - Date.now()) / 60_000);
      if (minutes !== Number(offset) / 60) throw new Error(`the clock did not jump: it is ${minutes} min ahead`);
      return `then ${minutes} min ahead of the senders'`;
    };
    note(await attempt({ fault, app, databaseUrl: () => databaseOf(dataDir), make }));
  }
  await app.stop();
  return null;
}
