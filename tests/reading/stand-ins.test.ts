import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { setEventDisplay } from "@/lib/events/event-display.store";
import { eventDisplays } from "@/lib/events/events.queries";
import { featuresOf } from "@/lib/features/features.queries";
import { saveFeatures } from "@/lib/features/features.store";
import { newId } from "@/lib/ids";
import { changeAccountMerge, requireAccount } from "@/lib/ingest/corrections/accounts";
import { idForReading, withoutStandIns, withStandIns } from "@/lib/reading/stand-ins";
import { grantScope, type Scope, SEES_MASKED } from "@/lib/scope";
import { decodeRule } from "@/lib/segments/decode-rule";
import { listSegments } from "@/lib/segments/segments.queries";
import { createSegment } from "@/lib/segments/segments.store";

let full: Scope<"manage">;
let masked: Scope<"manage">;
const ADDRESS = "ada@acme.example";

beforeAll(async () => {
  const { id: organizationId } = await prisma().organization.create({ data: { id: newId(), name: "Shop" } });
  const id = newId();
  await prisma().project.create({ data: { id, organizationId, name: "Shop", identifySecret: "x" } });
  full = grantScope(id, "system:test");
  masked = grantScope(id, "member:x", organizationId, SEES_MASKED);
  for (const account of [ADDRESS, "acme"])
    await pool().query("INSERT INTO accounts (project_id, id, created_at) VALUES ($1, $2, now())", [id, account]);
});

const word = fc.stringMatching(/^[a-z0-9ä.+_'\\-]{1,40}$/);
const address = fc.tuple(word, fc.constantFrom("@", "%40"), word).map((parts) => parts.join("").replaceAll("'", "x"));

test("an address is shown as a stand-in, which stands for it in this project alone", () => {
  fc.assert(
    fc.property(address, (given) => {
      const name = `Viewed ${given}, twice`;
      const shown = withStandIns(masked, name);
      expect(shown).toMatch(/^Viewed ~[\w-]{22,}, twice$/);
      expect(withStandIns(masked, name)).toBe(shown);
      expect(withoutStandIns(masked, shown)).toBe(name);
      expect(withoutStandIns(full, shown)).toBe(name);
      const text = withoutStandIns(masked, JSON.stringify({ event: shown }));
      expect(JSON.parse(text)).toEqual({ event: name });
      const elsewhere = { ...masked, projectId: newId() };
      expect(withoutStandIns(elsewhere, shown)).toBe(shown);
      expect(withStandIns(elsewhere, name)).not.toBe(shown);
      expect(withStandIns(full, name)).toBe(name);
    }),
  );
});

test("rows are changed at any depth and in keys; what has no address stays the same object", () => {
  const shown = withStandIns(masked, ADDRESS);
  const rows = [{ at: new Date(0), groups: [ADDRESS], by: { [ADDRESS]: 1 }, n: null }];
  expect(withStandIns(masked, rows)).toEqual([{ at: new Date(0), groups: [shown], by: { [shown]: 1 }, n: null }]);
  const plain = [{ name: "bought", list: ["~1", "@acme"] }];
  expect(withStandIns(masked, plain)).toBe(plain);
  expect(withoutStandIns(masked, plain)).toBe(plain);
});

test("an address itself, and an invented stand-in, find nothing for masked sight", async () => {
  const shown = withStandIns(masked, ADDRESS);
  expect(await requireAccount(masked, shown)).toMatchObject({ canonical: ADDRESS });
  expect(await requireAccount(full, shown), "links of alerts and colleagues").toMatchObject({ canonical: ADDRESS });
  expect([idForReading(full, shown), idForReading(masked, shown)]).toEqual([ADDRESS, shown]);
  const flipped = shown.replace(/.$/, (last) => (last === "A" ? "Q" : "A"));
  for (const id of [ADDRESS, "bob@acme.example", flipped])
    await expect(requireAccount(masked, id), id).rejects.toMatchObject({ code: "not_found" });
});

test("what masked editors save has the real names and ids", async () => {
  const event = `Viewed ${ADDRESS}`;
  const shown = withStandIns(masked, event);
  await saveFeatures(masked, [{ id: "", name: "Viewing", events: [shown] }]);
  await setEventDisplay(masked, shown, { icon: null, color: null, conversion: true });
  await createSegment(masked, {
    name: "Viewers",
    rule: decodeRule(`and(did(${shown.replace("~", "~~")},atLeast,1,ever))`),
  });
  await changeAccountMerge(masked, [withStandIns(masked, ADDRESS), "acme"], true);
  const read = async (scope: Scope) =>
    JSON.stringify([await featuresOf(scope), await eventDisplays(scope), await listSegments(scope)]);
  expect((await read(full)).split(event)).toHaveLength(4);
  expect(await read(masked)).not.toContain(ADDRESS);
  expect((await read(masked)).split(shown), "rules, too, so that they still work").toHaveLength(4);
  expect((await requireAccount(full, "acme")).ids.toSorted()).toEqual(["acme", ADDRESS]);
});
