import { randomUUID } from "node:crypto";
import type pg from "pg";

/** Accounts and their people, as the facts job leaves them. */
export const ACCOUNTS = { accounts: 50_000, people: 200_000 };
/** The account whose page is measured has this many people; most have ten. */
export const BIG_ACCOUNT = { id: "account-1", people: 1_000 };

const EVENTS = ["export", "import", "invite", "share", "comment", "search", "report", "rename", "archive", "upload"];

export const accountsProjectName = (accounts: number): string => `accounts ${accounts}`;

/** A project of so many accounts with ten people each, and one of a thousand; a minute for 50,000. Deterministic. */
export async function ensureAccounts(db: pg.Pool, size: typeof ACCOUNTS, say: (line: string) => void): Promise<string> {
  const name = accountsProjectName(size.accounts);
  const { rows } = await db.query("SELECT id FROM projects WHERE name = $1", [name]);
  if (rows[0]) return rows[0].id;
  const [id, organization] = [randomUUID(), randomUUID()];
  await db.query("INSERT INTO organizations (id, name) VALUES ($1, 'Benchmarks')", [organization]);
  await db.query(
    "INSERT INTO projects (id, organization_id, name, identify_secret) VALUES ($1, $2, 'unfinished accounts', 'bench')",
    [id, organization],
  );
  say(`data: ${size.accounts.toLocaleString("en")} accounts`);
  await facts(db, id, size.accounts);
  await people(db, id, size);
  await db.query("VACUUM ANALYZE account_facts, account_people, account_events, account_days, account_names, profiles");
  await db.query("UPDATE projects SET name = $2 WHERE id = $1", [id, name]);
  return id;
}

async function facts(db: pg.Pool, projectId: string, accounts: number): Promise<void> {
  await db.query(
    `INSERT INTO accounts (project_id, id, name, created_at)
     SELECT $1, 'account-' || n, 'Company ' || n, now() FROM generate_series(1, $2::int) n`,
    [projectId, accounts],
  );
  await db.query(
    `INSERT INTO account_facts (project_id, account_id, name_key, name, type, domain, people, joined_30, active_7, active_30,
       events_30, events_30_before, week_people, features_used, first_seen, last_seen, revenue, properties, search_text,
       computed_on, version)
     SELECT $1, 'account-' || n, 'company ' || n, 'Company ' || n, 'company', 'company' || n || '.example', 10, n % 3,
            x.now, 10, n % 500, n % 400,
            ARRAY[x.usual, x.usual, x.usual, x.usual, x.usual, x.usual, x.usual, x.usual, x.usual, x.usual, x.now, 1],
            n % 10, now() - make_interval(days => 30 + n % 300), now() - make_interval(mins => n * 7 % 120000),
            n % 5000, x.props,
            lower(concat_ws(E'\\n', 'account-' || n, 'company ' || n, x.props ->> 'plan', x.props ->> 'owner', x.props ->> 'seats')),
            current_date, 1
       FROM generate_series(1, $2::int) n
      CROSS JOIN LATERAL (
        SELECT 2 + n % 6 AS usual, CASE n % 20 WHEN 0 THEN 0 WHEN 1 THEN 14 ELSE 2 + n % 6 END AS now,
               jsonb_build_object('plan', (ARRAY['free','pro','team','enterprise'])[1 + n % 4], 'seats', n % 90,
                 'owner', 'Owner ' || n % 40) AS props) x`,
    [projectId, accounts],
  );
}

/** Person p belongs to account p % accounts + 1; the thousand more to the big one. */
async function people(db: pg.Pool, projectId: string, { accounts, people: count }: typeof ACCOUNTS): Promise<void> {
  await db.query(
    `INSERT INTO profiles (project_id, id, display_id, name, search_text, created_at)
     SELECT $1, p, 'user-' || p, 'Person ' || p, 'person ' || p, now() FROM generate_series(1, $2::int) p`,
    [projectId, count],
  );
  await db.query(
    `INSERT INTO account_people (project_id, account_id, person, reasons, since, events, first_at, last_at, days, day_events)
     SELECT $1, CASE WHEN p <= $3 THEN $4 ELSE 'account-' || (p % $5 + 1) END, p, '{event}', now() - interval '400 days',
            20 + p % 300, now() - interval '300 days', now() - make_interval(mins => p * 3 % 90000),
            ARRAY(SELECT current_date - d FROM generate_series(1, 180, 5 + p % 9) d),
            ARRAY(SELECT 3 FROM generate_series(1, 180, 5 + p % 9) d)
       FROM generate_series(1, $2::int) p`,
    [projectId, count, BIG_ACCOUNT.people, BIG_ACCOUNT.id, accounts],
  );
  await db.query(
    `INSERT INTO account_events (project_id, account_id, person, name, events, first_at, last_at)
     SELECT $1, a.account_id, a.person, e.name, 1 + (a.person + e.i) % 50, a.first_at, a.last_at
       FROM account_people a CROSS JOIN unnest($2::text[]) WITH ORDINALITY e(name, i)
      WHERE a.project_id = $1 AND (a.person + e.i) % 3 = 0`,
    [projectId, EVENTS],
  );
  await db.query(
    `INSERT INTO account_names (project_id, account_id, name, people, events)
     SELECT project_id, account_id, name, count(*), sum(events) FROM account_events WHERE project_id = $1 GROUP BY 1, 2, 3`,
    [projectId],
  );
  await db.query(
    `INSERT INTO account_days (project_id, account_id, day, people, events)
     SELECT $1, a.account_id, d.day, count(*), sum(d.events)
       FROM account_people a CROSS JOIN LATERAL unnest(a.days, a.day_events) d(day, events)
      WHERE a.project_id = $1 GROUP BY 2, 3`,
    [projectId],
  );
}
