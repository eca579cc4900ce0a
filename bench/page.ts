import { randomUUID } from "node:crypto";
import { encode } from "next-auth/jwt";
import type { Bench } from "./support";
import { BENCH_SECRET, startServer } from "./support";

const DAY_SECONDS = 24 * 60 * 60;

/** Load times of a page in ms: rows visible, complete, and first byte (`ttfb`). */
export type PageLoad = { firstByte: number; rows: number; whole: number; bytes: number };

/** A production server and a logged-in member of the project. */
export type BenchPages = {
  load: (path: string, marker: RegExp) => Promise<PageLoad>;
  server: Awaited<ReturnType<typeof startServer>>;
  stop: () => Promise<void>;
};

/** Starts the last `next build` (NEXT_DIST_DIR names a build other than .next) and logs in a new member. */
export async function openPages({ db, databaseUrl }: Bench, projectId: string): Promise<BenchPages> {
  const server = await startServer({ KIND: "ours", DATABASE_URL: databaseUrl, AUTH_SECRET: BENCH_SECRET });
  const member = randomUUID();
  const email = `${member}@bench.example`;
  await db.query(
    "INSERT INTO members (id, email, name, password_hash, email_verified_at) VALUES ($1, $2, 'Bench', '', now())",
    [member, email],
  );
  await db.query(
    "INSERT INTO memberships (organization_id, member_id, role) SELECT organization_id, $2, 'owner' FROM projects WHERE id = $1",
    [projectId, member],
  );
  const logIn = randomUUID();
  await db.query(
    `INSERT INTO log_ins (id, member_id, session_version, created_at, expires_at, last_used_on, device)
     SELECT $1, id, session_version, now(), now() + interval '1 day', current_date, 'Bench' FROM members WHERE id = $2`,
    [logIn, member],
  );
  const token = { sub: member, name: "Bench", email, logIn, until: Math.floor(Date.now() / 1000) + DAY_SECONDS };
  const cookie = `next-auth.session-token=${await encode({ token, secret: BENCH_SECRET })}`;
  const load = async (path: string, marker: RegExp): Promise<PageLoad> => {
    const start = performance.now();
    const since = () => performance.now() - start;
    const response = await fetch(`http://127.0.0.1:${server.port}/${projectId}${path}`, {
      headers: { cookie, accept: "text/html" },
      redirect: "manual",
    });
    const firstByte = since();
    if (response.status !== 200 || !response.body)
      throw new Error(`${path}: ${response.status} ${response.headers.get("location") ?? ""}`);
    let text = "";
    let rows = Number.NaN;
    let bytes = 0;
    const decoder = new TextDecoder();
    for await (const chunk of response.body) {
      bytes += chunk.byteLength;
      text += decoder.decode(chunk, { stream: true });
      if (Number.isNaN(rows) && marker.test(text)) rows = since();
    }
    return { firstByte, rows, whole: since(), bytes };
  };
  return {
    load,
    server,
    stop: async () => {
      await server.stop();
      await db.query("DELETE FROM members WHERE id = $1", [member]);
    },
  };
}
