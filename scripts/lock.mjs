/**
 * A lock between processes of one machine, as a file. Plain Node, because scripts/start.mjs needs it before anything is
 * installed. The holder touches the file every two seconds; a lock whose holder died, or that nobody touched for 30 s
 * (a pid can be reused after a reboot), is taken over.
 */
import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const TOUCH_EVERY_MS = 2_000;
const STALE_AFTER_MS = 30_000;
const POLL_EVERY_MS = 100;

/**
 * Runs `work` while holding the lock `file`, waiting for it as long as its holder lives. `onWait` is called once if it
 * must wait. The event loop must stay free inside `work` for more than 30 s at a time: no spawnSync of long commands.
 */
export async function withLock(file, work, onWait = () => {}) {
  let waited = false;
  while (!tryLock(file)) {
    if (!waited) onWait();
    waited = true;
    await sleep(POLL_EVERY_MS);
  }
  const touching = setInterval(() => touch(file), TOUCH_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    rmSync(file, { force: true });
  }
}

/**
 * Whether a process with this pid runs; EPERM means it does, as another user. A zombie (dead, its parent does not care)
 * does not.
 */
export function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== "EPERM") return false;
  }
  return !isZombie(pid);
}

function isZombie(pid) {
  try {
    return /\) Z [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false; // no /proc on this system
  }
}

function tryLock(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  if (isStale(file)) takeAway(file);
  return false;
}

function isStale(file) {
  try {
    const age = Date.now() - statSync(file).mtimeMs;
    if (age > STALE_AFTER_MS) return true;
    const pid = Number(readFileSync(file, "utf8"));
    return pid === 0 ? false : !isAlive(pid); // 0: created, not yet written
  } catch {
    return false; // released just now
  }
}

/**
 * Renames before removing, so that of two who both see a stale lock only one takes it, and never the other's fresh one.
 */
function takeAway(file) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (isStale(aside)) rmSync(aside, { force: true });
    else renameSync(aside, file);
  } catch {
    // another process was faster
  }
}

function touch(file) {
  try {
    const now = new Date();
    utimesSync(file, now, now);
  } catch {
    // taken away: nothing to keep alive
  }
}
