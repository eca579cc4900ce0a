import { accountNames, accountsOfPerson } from "@/lib/accounts/page/person.queries";
import { MIN_SUPPORT } from "@/lib/comparison/compared-rows";
import { currentValuesOf } from "@/lib/comparison/counts.queries";
import { pool } from "@/lib/db/pool";
import { listSetAside } from "@/lib/debugger/set-aside.queries";
import { findPerson } from "@/lib/identity/person.queries";
import { personNumber } from "@/lib/identity/person-ref";
import { accountMentionsOf } from "@/lib/notes/account-notes.queries";
import { mentionsOf } from "@/lib/notes/notes.queries";
import { personVisitsOf } from "@/lib/profiles/person/person-details.queries";
import { avatarOf } from "@/lib/profiles/person/picture.queries";
import { accountsAtRisk, quietChampions, riskOfAccount } from "@/lib/risk/account-risk.queries";
import { outcomesOf } from "@/lib/risk/outcomes.queries";
import { atRisk } from "@/lib/risk/risk.queries";
import type { Scope } from "@/lib/scope";
import { segmentNames } from "@/lib/segments/segments.queries";
import { visitsBefore } from "@/lib/sessions/sessions.queries";
import { listAccountEvents } from "@/lib/timeline/account-timeline.queries";

type Of = { ref: string; segmentId: string; memberId: string };

/**
 * Reads that no page of a project this young shows, or only with a click; called as `reads[name](scope, of)`. `of.ref`:
 * the person's as this scope shows it.
 */
export const reads: Record<string, (scope: Scope, of: Of) => Promise<unknown>> = {
  avatarOf: (scope, { ref }) => avatarOf(scope, ref),
  segmentNames: async (scope, { segmentId }) => [...(await segmentNames(scope, [segmentId]))],
  listSetAside: (scope) => listSetAside(scope),
  mentionsOf: (scope, { memberId }) => mentionsOf(scope, memberId, 0, 10),
  accountMentionsOf: (scope, { memberId }) => accountMentionsOf(scope, memberId, 0, 10),
  accountNames: async (scope) => [...(await accountNames(scope, ["acme"]))],
  accountsOfPerson: async (scope, { ref }) => accountsOfPerson(scope, await personOf(scope, ref)),
  colleagues: async (scope) => accountsOfPerson(scope, await personOf(scope, "u:plain")),
  listAccountEvents: (scope) => listAccountEvents(scope, "acme", { order: "desc", limit: 10 }),
  visitsBefore: async (scope, { ref }) => visitsBefore(scope, await personOf(scope, ref), Date.now() + 60_000, 10),
  sessionFactsOf: async (scope, { ref }) => {
    const person = personNumber(await personOf(scope, ref));
    return [...(await personVisitsOf(scope, [person]))];
  },
  currentValuesOf: async (scope, { ref }) => {
    const person = personNumber(await personOf(scope, ref));
    return currentValuesOf(scope, { a: Array(MIN_SUPPORT).fill(person), b: [] });
  },
  atRisk: (scope) => atRisk(scope, 10),
  accountsAtRisk: (scope) => accountsAtRisk(scope, 10),
  riskOfAccount: (scope) => riskOfAccount(scope, "acme"),
  quietChampions: (scope) => quietChampions(scope, 10),
  outcomesOfPeople: (scope) => outcomesOf(scope, { subject: "people", ago: 30, shown: "all" }, { from: 0, limit: 10 }),
  outcomesOfAccounts: (scope) =>
    outcomesOf(scope, { subject: "accounts", ago: 30, shown: "all" }, { from: 0, limit: 10 }),
};

async function personOf(scope: Scope, ref: string) {
  const person = await findPerson(scope, ref);
  if (!person) throw new Error(`nobody is ${ref}`);
  return person;
}

const REASON = JSON.stringify({
  usual: "workdays",
  silent: 9,
  activeDays: 20,
  stopped: null,
  errors: 0,
  seats: { had: 2, lost: 0 },
  championSilent: 9,
});

/** What jobs write only after weeks: the risk of a person, and of their accounts "acme" and `account`. */
export async function plantRisk(projectId: string, extId: string, account = "beta"): Promise<void> {
  for (const text of [
    `INSERT INTO person_risk (project_id, person, standing, probability, reason, value, rank, last_day, computed_on)
     SELECT $1, i.profile_id, 'quiet', 0.1, '${REASON}', 1, 1, current_date + 1, current_date
       FROM identities i WHERE i.project_id = $1 AND i.ext_id = $2`,
    `INSERT INTO account_risk (project_id, account_id, standing, probability, reason, champion, value, rank, last_day,
                               computed_on)
     SELECT $1, a, s, 0.1, '${REASON}', i.profile_id, 1, 1, current_date + 1, current_date
       FROM identities i, (VALUES ('acme', 'quiet'), ('${account}', 'here')) v(a, s) WHERE i.project_id = $1 AND i.ext_id = $2`,
    `INSERT INTO risk_outcomes (project_id, subject, ago, id, probability, flagged, away)
     SELECT $1, s, 30, CASE s WHEN 'people' THEN i.profile_id::text ELSE 'acme' END, 0.1, true, true
       FROM identities i, unnest('{people,accounts}'::text[]) s WHERE i.project_id = $1 AND i.ext_id = $2`,
  ])
    await pool().query(text, [projectId, extId]);
}
