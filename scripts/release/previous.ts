import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { ExplainedError } from "../explain";
import { root } from "../root";

/** Makes the demo's data under `dataDir` with the code of `commit`, which is unpacked in `folder`. */
export async function fillWithVersion(
  commit: string,
  { folder, dataDir }: { folder: string; dataDir: string },
): Promise<void> {
  const code = join(folder, "code");
  mkdirSync(code);
  const archive = join(folder, "code.tar");
  run(root, "git", ["archive", "--format=tar", `--output=${archive}`, commit]);
  run(code, "tar", ["-xf", archive]);
  // Its dependencies are ours if its lock file is; otherwise its own command installs them.
  const [theirs, ours] = [code, root].map((at) => join(at, "package-lock.json"));
  if (same(theirs as string, ours as string)) symlinkSync(join(root, "node_modules"), join(code, "node_modules"));
  else run(code, "npm", ["ci", "--prefer-offline", "--no-audit", "--no-fund"]);
  run(code, process.execPath, ["scripts/tool.mjs", "demo"], { DATA_DIR: dataDir, DATABASE_URL: "" });
}

const same = (one: string, other: string): boolean =>
  existsSync(one) && readFileSync(one, "utf8") === readFileSync(other, "utf8");

function run(cwd: string, program: string, args: string[], env: Record<string, string> = {}): void {
  const { status, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "pipe"],
    maxBuffer: 64 * 1024 ** 2,
  });
  if (status === 0) return;
  const end = (error?.message ?? stderr ?? "").trim().split("\n").slice(-5).join("\n");
  throw new ExplainedError(`${program} ${args.join(" ")} of the previous version failed:\n${end}`);
}
