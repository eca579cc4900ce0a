/**
 * Builds the browser SDK: public/throughline.js (also with its version in its name, and as op1.js, the name in
 * OpenPanel's snippet), and the npm package with types in sdk/dist, packed to public/throughline-web.tgz; the server's
 * client from sdk/node likewise. Prints the script's size and fails above the budget. Plain Node, about two seconds.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Size budget of the gzipped script. */
const BUDGET_BYTES = 3 * 1024;

const sdk = dirname(fileURLToPath(import.meta.url));
const publicDir = join(sdk, "..", "public");
const dist = join(sdk, "dist");
const script = join(publicDir, "throughline.js");

mkdirSync(publicDir, { recursive: true });
rmSync(dist, { recursive: true, force: true });

const shared = { bundle: true, target: "es2021", logLevel: "warning" };
const bundled = await build({
  ...shared,
  entryPoints: [join(sdk, "script.ts")],
  write: false,
  format: "iife",
  minify: true,
  // Saves the "use strict" at the top; nothing in the code depends on it.
  tsconfigRaw: { compilerOptions: { alwaysStrict: false } },
});
await build({ ...shared, entryPoints: [join(sdk, "index.ts")], outfile: join(dist, "index.js"), format: "esm" });

// Next brings terser; after esbuild it saves another 4 %.
const { minify } = createRequire(import.meta.url)("next/dist/compiled/terser");
const { code } = await minify(bundled.outputFiles[0].text, {
  ecma: 2021,
  toplevel: true,
  compress: {
    passes: 10,
    pure_getters: true,
    unsafe: true,
    unsafe_arrows: true,
    unsafe_comps: true,
    keep_fargs: false,
  },
  format: { wrap_func_args: false },
});
writeFileSync(script, code);

const bytes = gzipSync(code, { level: 9 }).length;
console.log(`throughline.js: ${bytes} bytes gzipped of ${BUDGET_BYTES} (${code.length} plain)`);
if (bytes > BUDGET_BYTES) {
  console.error(`throughline.js is ${bytes - BUDGET_BYTES} bytes over its budget.`);
  process.exit(1);
}
copyFileSync(script, join(publicDir, "op1.js"));
// A versioned copy, for sites that pin what they load.
const { version } = JSON.parse(readFileSync(join(sdk, "package.json"), "utf8"));
for (const file of readdirSync(publicDir)) if (/^throughline-[\d.]+\.js$/.test(file)) rmSync(join(publicDir, file));
copyFileSync(script, join(publicDir, `throughline-${version}.js`));

const compiler = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
execFileSync(process.execPath, [compiler, "-p", sdk], { stdio: "inherit" });
for (const file of readdirSync(dist)) {
  if (file.endsWith(".d.ts") && !["index.d.ts", "types.d.ts"].includes(file)) rmSync(join(dist, file));
}
const types = join(dist, "index.d.ts");
// Node's own module resolution wants the extension, in types too.
writeFileSync(types, readFileSync(types, "utf8").replaceAll('"./types"', '"./types.js"'));

const nodeDir = join(sdk, "node");
const nodeDist = join(nodeDir, "dist");
rmSync(nodeDist, { recursive: true, force: true });
await build({
  ...shared,
  entryPoints: ["index", "express", "next"].map((name) => join(nodeDir, `${name}.ts`)),
  outdir: nodeDist,
  format: "esm",
  splitting: true,
  platform: "node",
  target: "node20",
});
execFileSync(process.execPath, [compiler, "-p", nodeDir], { stdio: "inherit" });
for (const path of readdirSync(nodeDist, { recursive: true, encoding: "utf8" })) {
  const file = join(nodeDist, path);
  if (path.endsWith(".d.ts")) writeFileSync(file, readFileSync(file, "utf8").replace(/"(\.{1,2}\/\w+)"/g, '"$1.js"'));
}

pack(sdk, "throughline-web.tgz");
pack(nodeDir, "throughline-node.tgz");

/** Packs the package in `folder` to public/. */
function pack(folder, name) {
  const packed = execFileSync("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", publicDir], {
    cwd: folder,
    encoding: "utf8",
    shell: process.platform === "win32",
  }).trim();
  renameSync(join(publicDir, packed), join(publicDir, name));
}
