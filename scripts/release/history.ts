import { spawnSync } from "node:child_process";
import { ExplainedError } from "../explain";
import { root } from "../root";

export type Version = { name: string; commit: string };

/** A version's heading in CHANGELOG.md. */
const HEADING = /^## \[?v?(\d+\.\d+\.\d+)/m;

/**
 * The version to upgrade from: `ref`; or the newest tag of a version; or the commit that gave the newest version of
 * CHANGELOG.md its heading; or, before the first version, the last commit of an earlier day.
 */
export function previousVersion(ref?: string): Version {
  if (ref) return { name: ref, commit: commitOf(ref) };
  const tag = git("describe", "--tags", "--abbrev=0", "--match", "v[0-9]*", "HEAD~1");
  if (tag) return { name: tag, commit: commitOf(tag) };
  const heading = git("show", "HEAD:CHANGELOG.md")?.match(HEADING);
  const released = heading && git("log", "--format=%H", "-S", heading[0], "--", "CHANGELOG.md")?.split("\n").at(-1);
  if (heading?.[1] && released) return { name: heading[1], commit: released };
  const day = git("log", "-1", "--format=%cd", "--date=short");
  const earlier = git("log", "-1", "--format=%H", `--before=${day}T00:00:00`);
  if (earlier) return { name: `the last commit before ${day}`, commit: earlier };
  throw new ExplainedError(`There is no previous version in the git history.${hint()}`);
}

function commitOf(ref: string): string {
  const commit = git("rev-parse", "--verify", "--quiet", `${ref}^{commit}`);
  if (!commit) throw new ExplainedError(`git does not know ${ref}.${hint()}`);
  return commit;
}

/** A clone made with --depth lacks what we look for. */
function hint(): string {
  const shallow = git("rev-parse", "--is-shallow-repository");
  if (shallow === null) return " release:check needs a git clone of Throughline.";
  return shallow === "true" ? " This clone is shallow: run git fetch --unshallow --tags first." : "";
}

/** The output of git; null if it fails or prints nothing. */
function git(...args: string[]): string | null {
  const { status, stdout } = spawnSync("git", args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 ** 2 });
  return status === 0 && stdout.trim() !== "" ? stdout.trim() : null;
}
