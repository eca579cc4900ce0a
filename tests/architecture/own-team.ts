import { codeOf, files, isTest } from "../../scripts/structure/sources";
import { beyond, type Rule } from "./rule";

/** Tables with a row per person, event or visit: a query over everybody includes the own team. */
const OF_EVERYBODY =
  /\b(?:FROM|JOIN)\s+(?:profile_facts|person_events|person_days|person_states|person_risk|profile_stats|profile_values|account_people|profiles|spans|sessions|events)\b/;
/** Leaves the own team out: by lib/identity/own-team.queries.ts, or by the mark as account_people keeps it. */
const LEAVES_OUT =
  /\b(?:NOT_INTERNAL|notInternalPerRow|notInternalInScan|coveredPeople|ownTeam|ownLanes|isNotOwn)\b|NOT \w\.is_internal/;

/** Those that count nobody, and why. Only shrinks. */
const COUNT_NOBODY = {
  "rows that retention would delete, the own team's too": ["lib/privacy/retention-preview.queries.ts"],
  "one person, one batch, or people who were chosen before": [
    "lib/access-log/access-log.queries.ts",
    "lib/accounts/evidence.queries.ts",
    "lib/accounts/page/people.queries.ts",
    "lib/accounts/page/person.queries.ts",
    "lib/accounts/recompute-queue.queries.ts",
    "lib/adoption/adoption.queries.ts",
    "lib/comparison/counts.queries.ts",
    "lib/identity/evidence.queries.ts",
    "lib/identity/fold.queries.ts",
    "lib/identity/identities.queries.ts",
    "lib/identity/person-ref.queries.ts",
    "lib/identity/person-summary.queries.ts",
    "lib/identity/person.queries.ts",
    "lib/journeys/path.queries.ts",
    "lib/lifecycle/state-in-words.queries.ts",
    "lib/identity/empty-spans.store.ts",
    "lib/ingest/store/event-deletion.store.ts",
    "lib/privacy/bulk.queries.ts",
    "lib/privacy/expired-events.store.ts",
    "lib/profiles/facts/facts.queries.ts",
    "lib/profiles/list/export.queries.ts",
    "lib/profiles/person/person-details.queries.ts",
    "lib/profiles/person/person.queries.ts",
    "lib/profiles/person/picture.queries.ts",
    "lib/sessions/sessions.queries.ts",
    "lib/sessions/visit-countries.queries.ts",
    "lib/sessions/visit-times.queries.ts",
    "lib/timeline/account-timeline.queries.ts",
    "lib/timeline/activity.queries.ts",
    "lib/timeline/consents.queries.ts",
    "lib/timeline/presence.queries.ts",
    "lib/timeline/property-history.queries.ts",
    "lib/timeline/timeline.queries.ts",
  ],
  "writes, or makes what counts read": [
    "lib/access-log/access-log.store.ts",
    "lib/accounts/accounts.store.ts",
    "lib/identity/erase.store.ts",
    "lib/identity/identities.store.ts",
    "lib/identity/resolve.store.ts",
    "lib/ingest/store/erase.store.ts",
    "lib/ingest/store/events.store.ts",
    "lib/lifecycle/states.store.ts",
    "lib/overview/day-counts.store.ts",
    "lib/privacy/erase-jobs.store.ts",
    "lib/profiles/active-counts.store.ts",
    "lib/profiles/facts/facts.store.ts",
    "lib/profiles/facts/long-histories.queries.ts",
    "lib/profiles/facts/consent.store.ts",
    "lib/profiles/facts/internal.store.ts",
    "lib/profiles/facts/person-history.store.ts",
    "lib/profiles/facts/sign-up.store.ts",
    "lib/profiles/list/sorted-columns.store.ts",
    "lib/profiles/profiles.store.ts",
    "lib/risk/erase.store.ts",
    "lib/segments/import.store.ts",
    "lib/sessions/erase.store.ts",
    "lib/sessions/sessions.store.ts",
  ],
  "a part of a rule or an order: the list it is put into leaves them out (lib/profiles/list)": [
    "lib/profiles/list/columns.queries.ts",
    "lib/segments/behaviour.queries.ts",
    "lib/segments/compile-accounts.queries.ts",
    "lib/segments/life.queries.ts",
    "lib/segments/segments.queries.ts",
  ],
  "of person_risk, which has nobody of the own team": ["lib/risk/outcomes.queries.ts", "lib/risk/risk.queries.ts"],
  "lists causes that were recorded without the own team": ["lib/alerts/deliveries.queries.ts"],
  "finds somebody": ["lib/profiles/list/list.queries.ts", "lib/profiles/search/search.queries.ts"],
  "any event: whether there is one yet": [
    "lib/timeline/recent-events.queries.ts",
    "lib/timeline/first-steps.queries.ts",
  ],
};

export const OWN_TEAM_RULES: readonly Rule[] = [
  {
    guarantee: "queries that count people leave the own team out",
    advice:
      "Use lib/identity/own-team.queries.ts. If the query counts nobody, say why in tests/architecture/own-team.ts.",
    breaches: () =>
      beyond(
        files.filter(
          (path) => path.startsWith("lib/") && !isTest(path) && OF_EVERYBODY.test(codeOf(path)) && !leavesOut(path),
        ),
        Object.values(COUNT_NOBODY).flat(),
      ),
  },
];

const leavesOut = (path: string): boolean => LEAVES_OUT.test(codeOf(path));
