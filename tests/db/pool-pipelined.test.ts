import { expect, test, vi } from "vitest";
import { pipelined, pool, writerPool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";

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

test("connections outlive four minutes without a visitor", async () => {
  const backend = "SELECT pg_backend_pid() AS pid";
  const pids = async () => [
    (await pool().query<{ pid: number }>(backend)).rows,
    (await writerPool().query<{ pid: number }>(backend)).rows,
    await prisma().$queryRawUnsafe<{ pid: number }[]>(backend),
  ];
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const before = await pids();
    vi.advanceTimersByTime(4 * 60_000);
    expect(await pids()).toEqual(before);
  } finally {
    vi.useRealTimers();
  }
});
