import type { Sql } from "sql-template-tag";

/**
 * A rule as SQL, for any query over people. `ctes` are the sets it looks up ("did_1 AS MATERIALIZED (…)"). `where` is true, false,
 * never NULL, over `f` (profile_facts) and the properties' document: `p.props` for profiles, `f.props` for visitors.
 */
export type PeopleFilter = { ctes: Sql[]; where: (props: Sql) => Sql };
