import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, request as requestOf, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { marked } from "marked";
import { freePort } from "@/scripts/postgres";
import { findProxy, proxyEnv } from "@/scripts/proxies.mjs";

/** A customer's web server in front of their site, configured by the documentation's own recipe. */

const root = join(import.meta.dirname, "../..");

/**
 * The one code block of docs/guide/proxy.md in `language`, about the Throughline at `origin` (http here, https there).
 */
export function recipe(language: string, origin: string): string {
  const blocks = marked
    .lexer(readFileSync(join(root, "docs/guide/proxy.md"), "utf8"))
    .flatMap((token) => (token.type === "code" && token.lang === language ? [token.text as string] : []));
  if (blocks.length === 0) throw new Error(`docs/guide/proxy.md has no recipe in ${language}.`);
  return blocks.map((text) => text.replaceAll("https://YOUR_THROUGHLINE", origin)).join("\n");
}

export type Listening = { origin: string; close(): Promise<void> };

/** node:http on a free port of 127.0.0.1. */
export async function serveOnFreePort(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Listening> {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Forwards everything to `target` unchanged. */
export function passOn(target: string, request: IncomingMessage, response: ServerResponse): void {
  const onward = requestOf(`${target}${request.url}`, { method: request.method, headers: request.headers });
  onward.on("response", (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  request.pipe(onward);
}

/** Starts `name` with its recipe for the Throughline at `throughline`, and `site` behind every other path. */
export async function openProxy(
  name: "nginx" | "caddy",
  throughline: string,
  site: string,
  tries = 3,
): Promise<Listening> {
  const binary = findProxy(name);
  if (!binary) throw new Error(`There is no ${name} to test its recipe with: \`npm test\` fetches it.`);
  const folder = await mkdtemp(join(tmpdir(), `throughline-${name}-`));
  const port = await freePort();
  const file = join(folder, "configuration");
  await writeFile(file, CONFIGURATIONS[name](recipe(name, throughline), site, port, folder));
  const args =
    name === "nginx" ? ["-p", folder, "-e", "stderr", "-c", file] : ["run", "--adapter", "caddyfile", "--config", file];
  const env = { ...proxyEnv(), HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
  const child = spawn(binary, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  let output = "";
  child.stderr.on("data", (chunk) => (output += chunk));
  const close = async () => {
    const gone = child.exitCode === null ? once(child, "exit") : null;
    child.kill();
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilOpen(port, child);
  } catch {
    await close();
    // Another process may have taken the port since it was chosen.
    if (tries > 1 && /in use/i.test(output)) return openProxy(name, throughline, site, tries - 1);
    throw new Error(`${name} does not take its recipe: ${output}`);
  }
  return { origin: `http://127.0.0.1:${port}`, close };
}

const indent = (text: string): string => text.replaceAll(/^/gm, "    ");

/** The rest of a customer's configuration around the recipe. Nothing in it needs root. */
const CONFIGURATIONS = {
  nginx: (recipe: string, site: string, port: number, folder: string) => `
daemon off;
master_process off;
pid ${folder}/pid;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port};
${indent(recipe)}
    location / { proxy_pass ${site}; }
  }
}
`,
  caddy: (recipe: string, site: string, port: number) => `
{
  admin off
  auto_https off
}
http://127.0.0.1:${port} {
${indent(recipe)}
    reverse_proxy ${site}
}
`,
};

async function untilOpen(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    if (child.exitCode !== null) throw new Error("it ended");
    const socket = connect(port, "127.0.0.1");
    const opened = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (opened) return;
    await pause(50);
  }
  throw new Error("it does not listen");
}
