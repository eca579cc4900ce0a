import { expect, test } from "vitest";
import { pipelined, pool } from "@/lib/db/pool";

test("the transaction fails with the first error, even if only a later statement was awaited", async () => {
  const failing = pipelined(pool(), async (unit) => {
    unit.defer(unit.tx.query("SELECT 1/0"));
    await unit.tx.query("SELECT 2");
  });
  await expect(failing).rejects.toMatchObject({ code: "22012" }); // division by zero
});

test("a failed transaction's writes are gone, and its connection serves the next", async () => {
  const failing = pipelined(pool(), async (unit) => {
    unit.defer(unit.tx.query("CREATE TABLE half_done (n int)"));
    unit.defer(unit.tx.query("SELECT 1/0"));
  });
  await expect(failing).rejects.toMatchObject({ code: "22012" });
  const { rows } = await pipelined(pool(), ({ tx }) => tx.query("SELECT to_regclass('half_done') AS found"));
  expect(rows).toEqual([{ found: null }]);
});
