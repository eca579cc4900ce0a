import { pool } from "@/lib/db/pool";
import type { JsonObject } from "@/lib/json";

/** An account as the facts job would store it. */
export type StoredAccount = {
  id: string;
  name: string | null;
  domain: string | null;
  type: string | null;
  people: number;
  active7: number;
  active30: number;
  events30: number;
  trend: number[];
  featuresUsed: number;
  firstSeen: number | null;
  lastSeen: number | null;
  revenue: number;
  properties: JsonObject;
  isInternal: boolean;
  computedOn: number;
};

const DAY_MS = 86_400_000;
export const COMPUTED_ON = Date.UTC(2026, 10, 27);

/** Accounts of all states, the same in each run: a linear congruential generator. */
export function randomAccounts(count: number): StoredAccount[] {
  let seed = 7;
  const below = (n: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((seed / 2_147_483_648) * n);
  };
  return Array.from({ length: count }, (_, i): StoredAccount => {
    const kind = below(6);
    const size = 1 + below(12);
    const unseen = below(15) === 0;
    const age = kind === 0 ? below(30) : 31 + below(300);
    const silent = kind === 1 ? Math.min(age, 84 + below(40)) : Math.min(age, below(20));
    const recent =
      kind === 2 ? below(Math.ceil(size / 2)) : kind === 3 ? size * 2 + below(4) : Math.max(1, size - below(3));
    const trend = Array.from({ length: 12 }, (_, week) => {
      if (unseen || (11 - week) * 7 > age || silent >= 84) return 0;
      return week >= 10 ? recent : Math.max(0, size - below(2));
    });
    return {
      id: `c-${i}`,
      name: i % 11 === 0 ? null : `Acme ${i}`,
      domain: i % 3 === 0 ? null : `d${i % 40}.example`,
      type: i % 5 === 0 ? null : `type ${i % 3}`,
      people: unseen ? 0 : Math.max(size, recent),
      active7: unseen || silent > 7 ? 0 : recent,
      active30: unseen || silent > 30 ? 0 : Math.max(size, recent),
      events30: below(500),
      trend,
      featuresUsed: below(12),
      firstSeen: unseen ? null : COMPUTED_ON - age * DAY_MS + below(DAY_MS),
      lastSeen: unseen ? null : COMPUTED_ON - silent * DAY_MS + below(1_000),
      revenue: below(3) === 0 ? 0 : below(100_000),
      properties: i % 4 === 0 ? {} : { plan: `plan ${i % 7}`, seats: i % 9 },
      isInternal: below(12) === 0,
      computedOn: COMPUTED_ON,
    };
  });
}

export async function insertAccountFacts(projectId: string, accounts: readonly StoredAccount[]): Promise<void> {
  const rows = accounts.map((one) => ({
    ...one,
    name_key: (one.name ?? one.id).toLowerCase(),
    search: [one.id, one.name, one.domain, ...Object.values(one.properties)]
      .filter((text) => text !== null)
      .join("\n")
      .toLowerCase(),
  }));
  await pool().query(
    `INSERT INTO account_facts (project_id, account_id, name_key, name, type, domain, people, joined_30, active_7, active_30,
       events_30, events_30_before, week_people, features_used, first_seen, last_seen, revenue, properties, search_text,
       is_internal, computed_on, version)
     SELECT $1, q.id, q.name_key, q.name, q.type, q.domain, q.people, 0, q."active7", q."active30", q."events30", 0,
            (SELECT array_agg(w::int ORDER BY o) FROM jsonb_array_elements_text(q.trend) WITH ORDINALITY t(w, o)),
            q."featuresUsed", to_timestamp(q."firstSeen" / 1000.0), to_timestamp(q."lastSeen" / 1000.0), q.revenue,
            q.properties, q.search, q."isInternal", (to_timestamp(q."computedOn" / 1000.0) AT TIME ZONE 'UTC')::date, 1
       FROM jsonb_to_recordset($2::jsonb) AS q(id text, name_key text, name text, type text, domain text, people int,
         "active7" int, "active30" int, "events30" int, trend jsonb, "featuresUsed" int, "firstSeen" float8,
         "lastSeen" float8, revenue bigint, properties jsonb, search text, "isInternal" boolean, "computedOn" float8)`,
    [projectId, JSON.stringify(rows)],
  );
}
