import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { CHROME, makeProject, send, serveIngest } from "./support";

/** Pages that cannot store anything send no ids: the day's salt identifies visitor and visit across page loads. */
const server = serveIngest();

test("page loads without storage are one visitor and one visit; another browser is another", async () => {
  const project = await makeProject();
  const load = (userAgent: string) => {
    const batch = ["screen_view", "clicked"].map((name) => ({
      id: newId(),
      timestamp: new Date().toISOString(),
      type: "track",
      payload: { name, groups: [], properties: { __path: "https://shop.example/" } },
    }));
    const body = JSON.stringify({
      clientId: project.write.clientId,
      sentAt: new Date().toISOString(),
      dropped: 0,
      batch,
    });
    return send(`${server.url()}/track`, body, { "content-type": "text/plain", "user-agent": userAgent });
  };
  for (let page = 0; page < 3; page++) expect((await load(CHROME)).body).toMatchObject({ accepted: 2 });
  await load(CHROME.replace("141", "142"));
  const { rows } = await pool().query(
    `SELECT count(*)::int AS events, count(DISTINCT session_id)::int AS visits
       FROM events WHERE project_id = $1 GROUP BY stream_id ORDER BY 1 DESC`,
    [project.id],
  );
  expect(rows).toEqual([
    { events: 6, visits: 1 },
    { events: 2, visits: 1 },
  ]);
});
