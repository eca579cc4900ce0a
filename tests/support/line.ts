import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/**
 * What the line to Postgres does. `cut before commit` and `cut after commit` break connections when a transaction
 * commits: before Postgres hears of it, or once it has committed and before its client hears of it. `hang` keeps what
 * is open and passes nothing on; `refuse` closes everything.
 */
export type Mode = "pass" | "cut before commit" | "cut after commit" | "hang" | "refuse";

export type Line = {
  /** The database's URL through the line. */
  url: string;
  /** Connections that were cut at a commit so far. */
  cuts(): number;
  /** `times`: after so many cuts it passes again. Connections that hang stay so; only new ones get the new mode. */
  set(mode: Mode, times?: number): void;
  /** Where connections opened from now on lead; those that are open break. */
  lead(databaseUrl: string): void;
  close(): Promise<void>;
};

const COMMIT = Buffer.from("COMMIT\0");

/** A TCP connection to the Postgres at `databaseUrl` that can be broken on purpose. Without TLS. */
export async function openLine(databaseUrl: string): Promise<Line> {
  let target = new URL(databaseUrl);
  let mode: Mode = "pass";
  let left = 0;
  let cuts = 0;
  const open = new Set<Socket>();
  const cut = (...sockets: Socket[]) => {
    for (const socket of sockets) socket.destroy();
    cuts += 1;
    left -= 1;
    if (left === 0) mode = "pass";
  };
  const server = createServer((client) => {
    if (mode === "refuse") return void client.destroy();
    const behind = connect(Number(target.port || 5432), target.hostname);
    let hangs = mode === "hang";
    for (const socket of [client, behind]) {
      open.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => {});
      socket.on("close", () => {
        open.delete(socket);
        if (!hangs) for (const other of [client, behind]) other.destroy();
      });
    }
    let commits = false;
    let tail: Buffer = Buffer.alloc(0);
    client.on("data", (chunk) => {
      hangs ||= mode === "hang";
      if (hangs) return;
      const isCommit = chunk.includes(COMMIT);
      if (isCommit && mode === "cut before commit") return cut(client, behind);
      commits ||= isCommit;
      behind.write(chunk);
    });
    behind.on("data", (chunk) => {
      hangs ||= mode === "hang";
      if (hangs) return;
      // Postgres' answer to COMMIT has the same bytes, perhaps in two chunks.
      const end = Buffer.concat([tail, chunk]);
      tail = end.subarray(1 - COMMIT.length);
      if (commits && end.includes(COMMIT)) {
        tail = Buffer.alloc(0);
        commits = false;
        if (mode === "cut after commit") return cut(client, behind);
      }
      client.write(chunk);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const breakAll = () => {
    for (const socket of open) socket.destroy();
  };
  return {
    url: url.href,
    cuts: () => cuts,
    set: (next, times = Number.POSITIVE_INFINITY) => {
      mode = next;
      left = times;
      if (mode === "refuse") breakAll();
    },
    lead: (databaseUrl) => {
      target = new URL(databaseUrl);
      breakAll();
    },
    close: async () => {
      server.close();
      breakAll();
      await once(server, "close");
    },
  };
}
