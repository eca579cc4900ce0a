import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { databaseOf } from "./embedded";
import { Instance, newSmallDisk } from "./instance";
import { attempt, type Result } from "./trial";

/** Room for the cluster and what fills the rest. */
const DISK_MB = 900;
const KEPT_FREE_BYTES = 100_000_000;
const FULL_MS = 20_000;
const FAULTS = [
  { fault: "disk full for 20 s, below the 300 MB to keep free (MIN_FREE_DISK_MB)", reserve: "300" },
  { fault: "disk full to the last byte for 20 s, nothing to keep free", reserve: "0" },
];

/** The disk under embedded Postgres fills up, with and without the app's reserve. Returns why it cannot. */
export async function tryDisk(
  wanted: (fault: string) => boolean,
  note: (result: Result) => void,
): Promise<string | null> {
  for (const { fault, reserve } of FAULTS.filter((one) => wanted(one.fault))) {
    const dataDir = newSmallDisk(DISK_MB);
    if (dataDir === null) return "disk full: only root may mount the small file system it needs";
    const app = await Instance.open({ DATA_DIR: dataDir, MIN_FREE_DISK_MB: reserve });
    const make = async () => {
      const filler = join(dataDir, "filler");
      const toLeave = reserve === "0" ? 0 : KEPT_FREE_BYTES;
      for (const deadline = performance.now() + FULL_MS; performance.now() < deadline; await sleep(200))
        fillUp(filler, toLeave);
      const page = (await fetch(`${app.url}/api/auth/csrf`)).status;
      rmSync(filler);
      return `log-in page ${page} while full`;
    };
    note(await attempt({ fault, app, databaseUrl: () => databaseOf(dataDir), make }));
    await app.stop();
  }
  return null;
}

/** Postgres may take the room that was just counted. */
function fillUp(filler: string, toLeave: number): void {
  const { bavail, bsize } = statfsSync(join(filler, ".."));
  const room = bavail * bsize - toLeave;
  try {
    if (room > 0) writeFileSync(filler, Buffer.alloc(room, 1), { flag: "a" });
  } catch {}
}
