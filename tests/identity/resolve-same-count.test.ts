import { expect, test } from "vitest";
import { pool } from "@/lib/db/pool";
import { toOperation } from "./generate";
import { compareWithModel, makeModelProject, sendOperations } from "./run";
import { parseScript } from "./script";

test("last seen follows when a person loses one anonymous event and gains a later one", async () => {
  // On a kiosk. A has 5 and 11; then one batch gives 11 to B, who logs in between, and 18 to A, who logs in once more.
  // That log-in is not activity, so 18 is A's last.
  const script = parseScript("k@5 A/k@6 k@11 A/k@15 k@18 B/k@12 A/k@20");
  const ops = script.map((op) => (op.user === "A" ? { ...op, active: false } : op));
  const project = await makeModelProject(pool());
  await sendOperations(
    pool(),
    project,
    ops.slice(0, 5).map((op) => toOperation(op)),
  );
  await sendOperations(
    pool(),
    project,
    ops.slice(5).map((op) => toOperation(op)),
  );
  expect(await compareWithModel(pool(), project, ops)).toEqual([]);
});
