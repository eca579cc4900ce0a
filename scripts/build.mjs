/**
 * Builds what `npm start` serves, when its sources changed: Prisma client, browser SDK, Next app, server bundle.
 * `npm run build` builds in any case (with --if-stale: only then). Plain Node; esbuild and Next must be installed.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { copyFlags } from "./flags.mjs";
import { withLock } from "./lock.mjs";

const SOURCES = ["app", "components", "lib", "sdk", "prisma", "scripts", "docs/guide", "docs/migrate", "docs/img"];
const SOURCE_FILES = [
  "server.ts",
  "proxy.ts",
  "next.config.js",
  "postcss.config.mjs",
  "prisma.config.ts",
  "tsconfig.json",
  "package.json",
  "package-lock.json",
  "docs/wire.md",
  "docs/identity.md",
  "docs/privacy.md",
  "docs/glossary.md",
];
/** Made by the build itself, or no part of it. */
const NO_SOURCE = /^lib\/db\/generated\/|^sdk\/(node\/)?dist\/|\.test\.tsx?$/;

const distDir = process.env.NEXT_DIST_DIR ?? ".next";

/**
 * Builds unless the last finished build was of the very same sources; of two processes, one builds and the other waits.
 */
export async function buildIfStale(root, { force = false, say = console.error } = {}) {
  mkdirSync(join(root, "dist"), { recursive: true });
  const stamp = join(root, distDir, "throughline-sources");
  const isFresh = () => existsSync(stamp) && readFileSync(stamp, "utf8") === hashSources(root);
  if (!force && isFresh()) return;
  await withLock(
    join(root, "dist", "build.lock"),
    async () => {
      const sources = hashSources(root);
      if (!force && isFresh()) return;
      say("Building (about a minute, only after an update)…");
      rmSync(stamp, { force: true });
      await runStep(root, "generate", process.execPath, [join(root, "scripts", "generate.mjs")]);
      await buildSdk(root);
      copyFlags(root);
      await bundle(root);
      const next = join(root, "node_modules", "next", "dist", "bin", "next");
      await runStep(root, "next build", process.execPath, [next, "build"], { NODE_ENV: "production" });
      writeFileSync(stamp, sources);
    },
    () => say("Waiting for another process that is building…"),
  );
}

/** What `npm run dev` needs: all but the Next build, as Next compiles pages when they are asked for. */
export async function buildForDevelopment(root) {
  mkdirSync(join(root, "dist"), { recursive: true });
  await withLock(join(root, "dist", "build.lock"), async () => {
    await runStep(root, "generate", process.execPath, [join(root, "scripts", "generate.mjs")]);
    await buildSdk(root);
    copyFlags(root);
    await bundle(root, "dist/dev");
  });
}

/** dist/run.js (what start.mjs runs), with the server in a chunk of its own, and dist/migrate.js. Takes 0.1 s. */
export async function bundle(root, outdir = "dist") {
  const { build, stop } = await import("esbuild");
  rmSync(join(root, outdir, "chunks"), { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: { run: "scripts/run.ts", migrate: "scripts/migrate-cli.ts" },
    outdir,
    bundle: true,
    splitting: true,
    platform: "node",
    target: "node20",
    format: "esm",
    packages: "external",
    chunkNames: "chunks/[name]-[hash]",
    sourcemap: true,
    logLevel: "error",
  });
  await stop(); // its helper process would stay for as long as we run
}

async function buildSdk(root) {
  const script = join(root, "sdk", "build.mjs");
  if (existsSync(script)) await runStep(root, "sdk", process.execPath, [script]);
}

/** Runs one step with its output in dist/build.log; throws with the end of it when the step fails. */
async function runStep(root, name, command, args, env = {}) {
  const log = join(root, "dist", "build.log");
  const output = openSync(log, "w");
  const child = spawn(command, args, {
    cwd: root,
    stdio: ["ignore", output, output],
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: "1", ...env },
  });
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  closeSync(output);
  if (code === 0) return;
  const tail = readFileSync(log, "utf8").trim().split("\n").slice(-30).join("\n");
  throw new Error(`${tail}\nThe build failed at "${name}" (all of its output is in ${log}).`);
}

/** One hash over the paths and contents of everything the build reads; about 20 ms. */
export function hashSources(root) {
  const hash = createHash("sha256").update(`${process.version}\n${process.platform}-${process.arch}\n`);
  for (const path of [...SOURCES.flatMap((folder) => filesBelow(root, folder)), ...SOURCE_FILES].sort()) {
    const file = join(root, path);
    if (!existsSync(file) || NO_SOURCE.test(path)) continue;
    hash.update(`${path}\0`).update(readFileSync(file)).update("\0");
  }
  return hash.digest("hex");
}

function filesBelow(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(root, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join("/"),
    );
}

if (process.argv[1] === import.meta.filename) {
  try {
    await buildIfStale(process.cwd(), { force: !process.argv.includes("--if-stale") });
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}
