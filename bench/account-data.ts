import { randomUUID } from "node:crypto";
import type pg from "pg";
import { BORN, DIED, uniform } from "./lives";

/**
 * Accounts of the benchmark's people: one for twenty people. Three in five people belong to one, with sizes by a power
 * law (the largest has one in forty of them, the median two or three), one in fifty of these to a second, and an agency
 * of twenty to 150 each. Only the evidence is created here, as ingest leaves it; the jobs compute the rest.
 */
export const accountsFor = (people: number): number => people / 20;

/** An account of about a thousand people among a million, and the largest one. */
export const BIG_ACCOUNT = "account-12";
export const LARGEST_ACCOUNT = "account-1";

export const OWN_DOMAIN = "own-team.example";
export const IS_OWN_TEAM = "n % 25000 = 0";
const OWN_ACCOUNT = "account-own";
const AGENCY = { from: 100, people: 20, accounts: 150 };

const IS_MEMBER = `(n % 5 < 3 AND NOT ${IS_OWN_TEAM})`;
/** Over `n`: whether the app of this member names the account with each event. */
export const NAMES_ACCOUNT = `(${IS_MEMBER} AND n % 2 = 0)`;
/** People of the two accounts in a smaller project that keeps them as large as among a million. */
const LARGE_ACCOUNTS = { [LARGEST_ACCOUNT]: 16_000, [BIG_ACCOUNT]: 1_000 };
const MEMBERS_SHARE = 3 / 5;

/** Over `n`. `keepsLarge`: the largest accounts have as many people as in the full data, whatever the size. */
export function accountOf(people: number, keepsLarge: boolean): string {
  const law = `'account-' || (1 + floor(${accountsFor(people)} * power(${uniform(4)}, 3))::int)`;
  if (!keepsLarge) return `(${law})`;
  const until = (count: number) => count / (people * MEMBERS_SHARE);
  const largest = until(LARGE_ACCOUNTS[LARGEST_ACCOUNT]);
  const both = largest + until(LARGE_ACCOUNTS[BIG_ACCOUNT]);
  return `(CASE WHEN ${uniform(5)} < ${largest} THEN '${LARGEST_ACCOUNT}' WHEN ${uniform(5)} < ${both} THEN '${BIG_ACCOUNT}' ELSE ${law} END)`;
}

const BORN_AT = `now() - interval '365 days' * (1 - ${BORN})`;
const DIED_AT = `now() - interval '365 days' * (1 - ${DIED})`;

export async function fillAccounts(db: pg.Pool, projectId: string, people: number, keepsLarge: boolean): Promise<void> {
  const register = (value: string) =>
    `jsonb_build_object('set', jsonb_build_object('stamp', s.stamp, 'value', ${value}))`;
  await db.query(
    `INSERT INTO accounts (project_id, id, created_at, registers)
     SELECT $1, CASE WHEN n = 0 THEN $3 ELSE 'account-' || n END, now() - make_interval(days => n % 365),
            jsonb_build_object('name', ${register("'Company ' || n")}, 'type', ${register("'company'")},
              'properties.plan', ${register("(ARRAY['free','pro','team','enterprise'])[1 + n % 4]")},
              'properties.seats', ${register("n % 90")}, 'properties.owner', ${register("'Owner ' || n % 40")},
              'properties.domain', ${register("'company' || n || '.example'")})
       FROM generate_series(0, $2::int) n
      CROSS JOIN LATERAL (SELECT jsonb_build_array(1, (extract(epoch FROM now()) * 1000)::bigint, $4::text) AS stamp) s`,
    [projectId, accountsFor(people), OWN_ACCOUNT, randomUUID()],
  );
  await db.query(
    `INSERT INTO account_changes (project_id, account_id, ts, id, key, value)
     SELECT $1, a.id, a.created_at, gen_random_uuid(), r.key, r.value #> '{set,value}'
       FROM accounts a CROSS JOIN LATERAL jsonb_each(a.registers) r WHERE a.project_id = $1`,
    [projectId],
  );
  const member = (account: string, where: string) => `
    SELECT $1::uuid AS project_id, ${account} AS account_id, 2 * n AS actor_id, ${BORN_AT} AS first_ts, ${DIED_AT} AS last_ts
      FROM generate_series(1, $2::int) n WHERE ${where}`;
  await db.query(
    `INSERT INTO account_members (project_id, account_id, actor_id, first_ts, last_ts)
     ${member(accountOf(people, keepsLarge), IS_MEMBER)}
     UNION ALL ${member(`'account-' || (1 + n * 7 % ${accountsFor(people)})`, `${IS_MEMBER} AND n % 50 = 1`)}
     UNION ALL ${member("$3::text", IS_OWN_TEAM)}
     ON CONFLICT DO NOTHING`,
    [projectId, people, OWN_ACCOUNT],
  );
  await db.query(
    `INSERT INTO account_members (project_id, account_id, actor_id, first_ts, last_ts)
     SELECT $1, 'account-' || (1 + (n * 31 + a * 17) % ${accountsFor(people)}), 2 * n, ${BORN_AT}, now()
       FROM generate_series($2::int, $3::int) n CROSS JOIN generate_series(1, $4::int) a
     ON CONFLICT DO NOTHING`,
    [projectId, AGENCY.from, AGENCY.from + AGENCY.people - 1, AGENCY.accounts],
  );
}
