import type { Sql } from "sql-template-tag";

/**
 * How a branch of a query tests whether a person is in a set. "start": from the set to its people (`within`: from
 * `few_people`, which has all of a small set). "hash": the whole set hashed in memory. "probe": one index probe per
 * person, best for few people.
 */
export type Lookup = "start" | "hash" | "probe";

/**
 * Where a branch of a query finds a person's properties; `sparse`: most rows have none, and an index leaves those out;
 * `masked`: values with an address in them are treated as absent, because the reader may not see them. `computed`:
 * `props` is computed for each row, so it has no index and a condition evaluates it once.
 */
export type PropertiesAt = { props: Sql; sparse: boolean; sets: Lookup; masked?: boolean; computed?: boolean };

/**
 * A rule as SQL, for any query over people. `ctes` are the sets it looks up ("set_0 AS MATERIALIZED (…)"). `where` is
 * true for those who match and false or NULL for the rest, over `f` (profile_facts) and the properties' document, which
 * a profile has in `profiles` (p.props) and a visitor in `f` itself (f.props). `readsProps`: whether it reads that
 * document; `masked`: for a reader who may not see all of it, so that it is looked up behind the view. `within`: the
 * name of a set that holds everybody who matches; most rules have none. `exactly`: the names of sets whose intersection
 * is exactly those who match, all of whom have facts. `scansEvents`: whether building a set takes a scan of events.
 */
export type PeopleFilter = {
  ctes: Sql[];
  where: (at: PropertiesAt) => Sql;
  readsProps: boolean;
  masked?: boolean;
  within?: Sql;
  exactly?: readonly Sql[];
  scansEvents?: boolean;
};
