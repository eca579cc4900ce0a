import type { Sql } from "sql-template-tag";

/**
 * Where a branch of a query has a person's properties; `sparse`: most rows have none, and an index leaves those out. `walk`: the
 * branch goes through people in its own order and looks each up in the sets, rather than starting from a set.
 */
export type PropertiesAt = { props: Sql; sparse: boolean; walk: boolean };

/**
 * A rule as SQL, for any query over people. `ctes` are the sets it looks up ("did_0 AS MATERIALIZED (…)"). `where` is true for those
 * who match and false or NULL for the rest, over `f` (profile_facts) and the properties' document, which a profile has in
 * `profiles` (p.props) and a visitor in `f` itself (f.props). `readsProps`: whether that is looked at. `within`: a set that everybody
 * who matches is in, by name; none for most rules.
 */
export type PeopleFilter = { ctes: Sql[]; where: (at: PropertiesAt) => Sql; readsProps: boolean; within?: Sql };
