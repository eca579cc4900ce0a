import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import {
  curlSnippet,
  nodeInstallSnippet,
  nodeSdkSnippet,
  nodeSnippet,
  npmInstallSnippet,
  npmSnippet,
  scriptSnippet,
} from "@/lib/format/snippet";
import { expect, type Project, test } from "./fixtures";
import { browse, logIn } from "./walk";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../..");

/** A folder with a customer's project, deleted after `work`. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "throughline-customer-"));
  try {
    await writeFile(join(folder, "package.json"), `{ "private": true, "type": "module" }`);
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const input = (project: Project) => ({ clientId: project.write.clientId, origin: project.origin });

test("the npm package, installed as in the guide, is typed and gives the same journey", async ({
  project,
  site,
  visitor: { page },
}) => {
  site.bundle = await inFolder(async (folder) => {
    await run("bash", ["-ec", npmInstallSnippet(input(project))], { cwd: folder });
    await writeFile(join(folder, "throughline.ts"), npmSnippet(input(project)));
    const main = `import { op } from "./throughline.js";\nop.identify satisfies (who: { profileId: string }) => void;
      Object.assign(window, { op });\n// @ts-expect-error a name is a text\n() => op.track(5);`;
    await writeFile(join(folder, "main.ts"), main);
    const flags = "--noEmit --strict --module nodenext --target es2022 --lib es2022,dom --types".split(" ");
    await run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), ...flags, "", "main.ts"], {
      cwd: folder,
    });
    await build({
      entryPoints: [join(folder, "main.ts")],
      bundle: true,
      outfile: join(folder, "out.js"),
      logLevel: "error",
    });
    return readFile(join(folder, "out.js"), "utf8");
  });
  site.head = `<script src="/bundle.js"></script>`;
  await browse(page, site);
  await logIn(page);
  await expect
    .poll(async () => (await project.profiles()).map(({ ref, events, sessions }) => [ref, events, sessions]))
    .toEqual([["u:user_42", 8, 1]]);
});

test("OpenPanel's script tag, pointed here: its snippet and its file name", async ({
  project,
  site,
  visitor: { page },
}) => {
  site.head = scriptSnippet(input(project))
    .replace("/throughline.js", "/op1.js")
    .replace("window.throughline = window.op;", "");
  await browse(page, site);
  await logIn(page);
  await expect
    .poll(async () => (await project.profiles()).map(({ ref, events }) => [ref, events]))
    .toEqual([["u:user_42", 8]]);
});

test.describe("from a server, as in the guide", () => {
  const secretly = (project: Project) => ({ ...input(project), clientSecret: project.write.clientSecret });
  const expectInvoice = async (project: Project) => {
    await expect.poll(async () => (await project.profiles()).map(({ ref }) => ref)).toEqual(["u:user_123"]);
    expect((await project.events("u:user_123")).map(({ name }) => name)).toEqual(["invoice_paid"]);
  };

  test("Node", async ({ project }) => {
    await run(process.execPath, ["--input-type=module", "-e", nodeSnippet(secretly(project))]);
    await expectInvoice(project);
  });

  test("the Node package, installed and used as in the guide", async ({ project }) => {
    await inFolder(async (folder) => {
      await run("bash", ["-ec", nodeInstallSnippet(input(project))], { cwd: folder });
      await writeFile(join(folder, "throughline.js"), nodeSdkSnippet(secretly(project)));
      await run(process.execPath, ["throughline.js"], { cwd: folder });
    });
    await expectInvoice(project);
  });

  test("curl", async ({ project }) => {
    await run("bash", ["-ec", curlSnippet(secretly(project))]);
    await expectInvoice(project);
  });
});
