import { randomInt } from "node:crypto";
import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { listSetAside } from "@/lib/debugger/set-aside.queries";
import { maintainColumns } from "@/lib/jobs/columns";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { listProfiles } from "@/lib/profiles/list/list.queries";
import { wantColumn } from "@/lib/profiles/list/sorted-columns.store";
import { TEXT_SORTS } from "@/lib/profiles/types";
import { grantScope } from "@/lib/scope";
import { asServer, eventsOf, makeProject, send, serveIngest } from "./support";

const { url } = serveIngest();

/** Random characters of one to four bytes: repeated ones would be compressed to nothing, even in an index. */
const text = (length: number, from: number, to: number): string =>
  String.fromCodePoint(...Array.from({ length }, () => randomInt(from, to)));
const ALPHABETS: [string, number, number][] = [
  ["letters", 0x61, 0x7b],
  ["Cyrillic", 0x430, 0x450],
  ["Chinese", 0x4e00, 0x9fff],
  ["emoji", 0x1f300, 0x1f5ff],
];

test.each(ALPHABETS)("texts of any length reach every index: %s", async (_name, from, to) => {
  const project = await makeProject();
  const scope = grantScope(project.id, "system:test");
  const units = from > 0xffff ? 2 : 1;
  const long = (length: number) => text(Math.floor(length / units), from, to);
  const big = long(4_000 / Math.ceil(Buffer.byteLength(String.fromCodePoint(from)) / units));
  const ids = [0, 1, 2, 3, 4].map((n) => `${n}${text(250, from, to)}`);
  const id = (n: number) => ids[n] as string;
  const common = { id: undefined, timestamp: new Date().toISOString() };
  const page = {
    __path: `https://x.example/${encodeURIComponent(long(200))}?utm_source=${big}&utm_campaign=${big}`,
    __title: big,
  };
  const messages = [
    { type: "identify", payload: { profileId: id(1), firstName: big, lastName: big, plan: big, tags: [big, "x"] } },
    { type: "identify", payload: { profileId: id(2), name: big, email: `${long(60)}@x.example` } },
    {
      type: "track",
      payload: {
        name: long(200),
        profileId: id(1),
        groups: [id(3)],
        properties: { ...page, __referrer: `https://${long(40)}.example/${big}`, [long(200)]: big },
      },
    },
    { type: "group", payload: { id: id(3), profileId: id(1), name: big, type: big, properties: { [long(200)]: big } } },
    { type: "set", anonymousId: id(4), payload: { properties: { [long(200)]: big, city: { [long(20)]: big } } } },
    { type: "increment", anonymousId: id(4), payload: { property: long(200) } },
    { type: "track", anonymousId: id(4), payload: { name: long(200), properties: page } },
  ].map((message) => ({ ...common, ...message }));
  const answer = await send(`${url()}/track`, { batch: messages }, asServer(project.root));
  expect(answer.body.rejected).toEqual([]);
  expect(answer.body.accepted).toBe(messages.length);
  await refreshAllFacts(pool(), project.id);
  const { rows } = await pool().query("SELECT handle FROM profile_facts WHERE project_id = $1", [project.id]);
  expect(rows).toHaveLength(3);
  const day = new Date().toISOString().slice(0, 10);
  const columns = [...TEXT_SORTS, "p:plan", "p:tags", "p:firstName"];
  for (const key of columns) await wantColumn(pool(), scope, key, day);
  while (await maintainColumns(pool(), Date.now(), project.id));
  expect((await listSetAside(scope)).rows).toEqual([]);
  const { rows: filled } = await pool().query(
    "SELECT key FROM sorted_columns WHERE project_id = $1 AND filled_on IS NOT NULL",
    [project.id],
  );
  expect(filled).toHaveLength(Math.min(columns.length, 24));
  const { rows: people } = await listProfiles(scope, {
    tab: "everyone",
    limit: 10,
    sort: { by: "name", order: "asc" },
  });
  expect(people).toHaveLength(3);
  const full = people.find(({ properties }) => properties.lastName === big);
  expect(full?.properties.firstName, "the property keeps the full text").toBe(big);
  expect([...(full?.name ?? "")].every((one) => one === " " || big.includes(one))).toBe(true);
});

test("a path no index could hold is rejected by name, and its neighbours are stored", async () => {
  const project = await makeProject();
  const deep = [0, 1, 2].reduce<object>((inner) => ({ [text(150, 0x4e00, 0x9fff)]: inner }), { end: 1 });
  const set = (properties: object, n: number) => ({ type: "set", anonymousId: `d${n}`, payload: { properties } });
  const answer = await send(
    `${url()}/track`,
    { batch: [set({ a: 1 }, 1), set({ deep }, 2), set({ b: 1 }, 3)] },
    asServer(project.root),
  );
  expect(answer.body.accepted).toBe(2);
  expect(answer.body.rejected).toEqual([
    {
      index: 1,
      code: "unprocessable",
      field: "payload.properties",
      message: "A property's path has more than 1024 bytes.",
    },
  ]);
  expect(await eventsOf(project)).toHaveLength(2);
});
