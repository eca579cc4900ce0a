import { pool } from "@/lib/db/pool";
import type { Operation } from "@/lib/events/operation";
import { applyBatch } from "@/lib/ingest/store/engine";
import { refreshAllFacts } from "@/lib/jobs/facts";
import { updateProject } from "@/lib/projects/settings.store";
import { grantScope, type Scope } from "@/lib/scope";
import { DAY_MS, identified, makeEvent, START } from "../accounts/support";
import { makeModelProject } from "../identity/run";
import { randomFrom } from "../timeline/reads-world";

/** Two projects with the same customers; in one of them the own team is active, too. */

const CUSTOMERS = 40;
const TEAM = 6;
const DAYS = 45;
const MINUTES_A_DAY = 24 * 60;
export const NOW = START + DAYS * DAY_MS;

type Random = ReturnType<typeof randomFrom>;
const one = <T>(pick: Random, values: readonly T[]): T => values[pick(values.length)] as T;

/** Some visits of somebody before and after their log-in, each of a few pages and events. */
function life(pick: Random, user: string, traits: Record<string, string | number>): Operation[] {
  const all: Operation[] = [];
  const joined = 1 + pick(DAYS - 5);
  for (let visits = 2 + pick(7); visits > 0; visits--) {
    const day = Math.max(0, Math.min(DAYS - 1, joined - 3 + pick(DAYS - joined + 3)));
    const minute = day * MINUTES_A_DAY + pick(MINUTES_A_DAY - 30);
    const context = {
      country: one(pick, ["DE", "FR", "US"]),
      device: one(pick, ["desktop", "mobile"] as const),
      referrerName: one(pick, ["Google", "Hacker News"]),
    };
    const sessionId = crypto.randomUUID();
    const who = day < joined ? { anon: `d-${user}` } : { anon: `d-${user}`, user };
    for (let steps = 1 + pick(4), i = 0; i < steps; i++)
      all.push(
        makeEvent(minute + i, {
          ...who,
          sessionId,
          context: { ...context, path: one(pick, ["/", "/pricing", "/app"]) },
          name: one(pick, ["screen_view", "export", "invite", "signed_up"]),
          properties: { plan: one(pick, ["pro", "free"]) },
          revenue: pick(9) === 0 ? 900 : null,
        }),
      );
  }
  return [...all, identified(joined * MINUTES_A_DAY, user, traits)];
}

const inOrder = (operations: Operation[]): Operation[] => operations.sort((a, b) => a.ts - b.ts);

/** `mixed` has marked its own team; `alone` never had one. */
export async function twins(
  seed: number,
): Promise<{ mixed: Scope<"manage">; alone: Scope<"manage">; projectId: string }> {
  const pick = randomFrom(seed);
  const customers = Array.from({ length: CUSTOMERS }, (_, i) =>
    life(pick, `c${i}`, { plan: i % 3 === 0 ? "pro" : "free", email: `c${i}@customer${i % 5}.example` }),
  ).flat();
  const team = Array.from({ length: TEAM }, (_, i) =>
    life(pick, `t${i}`, i % 2 === 0 ? { email: `t${i}@ours.example`, plan: "pro" } : { role: "staff", plan: "staff" }),
  ).flat();
  const visitor = [1, 2, 3].map((day) =>
    makeEvent(day * MINUTES_A_DAY, {
      anon: "team-phone",
      sessionId: crypto.randomUUID(),
      changes: [{ mode: "set", key: "role", value: "staff" }],
    }),
  );
  const [mixed, alone] = [await makeModelProject(pool()), await makeModelProject(pool())];
  const scope = grantScope(mixed.id, "system:test");
  await applyBatch(pool(), mixed, inOrder([...customers, ...team, ...visitor]));
  await applyBatch(
    pool(),
    alone,
    inOrder([...customers]).map((one) => ({ ...one })),
  );
  // Known first and marked later, so that every sum has to drop them.
  await refreshAllFacts(pool(), mixed.id, NOW);
  await refreshAllFacts(pool(), alone.id, NOW);
  await updateProject(scope, { internalDomains: ["ours.example"], internalProperties: ["role=staff"] });
  await refreshAllFacts(pool(), mixed.id, NOW);
  return { mixed: scope, alone: grantScope(alone.id, "system:test"), projectId: mixed.id };
}
