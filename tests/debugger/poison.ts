import { pool } from "@/lib/db/pool";
import { newId } from "@/lib/ids";
import { grantScope } from "@/lib/scope";
import { toOperation } from "../identity/generate";
import { makeModelProject, sendOperations } from "../identity/run";
import { parseScript } from "../identity/script";

const undo: string[] = [];

/** Makes a table refuse some rows, as one refuses what an index cannot hold. */
export async function refuseInDatabase(table: string, rule: string): Promise<void> {
  const name = `refuses_${undo.length}`;
  undo.push(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  await pool().query(`ALTER TABLE ${table} ADD CONSTRAINT ${name} CHECK (NOT (${rule})) NOT VALID`);
}

/** Lifts the newest refusal; called again, the one before it. */
export async function allowInDatabase(): Promise<void> {
  for (const statement of undo.splice(0).reverse()) await pool().query(statement);
}

/** 120 people p0, p1, …, each with a plan and the day they joined. */
export async function plantPeople(count = 120) {
  const project = await makeModelProject(pool());
  const [login] = parseScript("A@0");
  const operations = Array.from({ length: count }, (_, i) => ({
    ...toOperation(login as NonNullable<typeof login>),
    id: newId(),
    user: `p${i}`,
    changes: [
      { mode: "set" as const, key: "plan", value: `plan ${i}` },
      { mode: "set" as const, key: "joined", value: `2019-01-${10 + (i % 20)}` },
    ],
  }));
  await sendOperations(pool(), project, operations);
  const { rows } = await pool().query<{ id: number; display_id: string }>(
    "SELECT id, display_id FROM profiles WHERE project_id = $1",
    [project.id],
  );
  const scope = grantScope(project.id, "system:test");
  return { project, scope, idOf: new Map<string, number>(rows.map((row) => [row.display_id, row.id])) };
}
