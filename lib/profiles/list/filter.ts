import type { Sql } from "sql-template-tag";

/**
 * How a branch of a query asks whether somebody is in a set: "start" goes from the set to its people (of `within`: from
 * `few_people`, which holds all of it when it is small); "hash" has the whole set in memory and looks everybody up; "probe" asks the
 * index for each person alone where there is one to ask, which is best while few people are asked about.
 */
export type Lookup = "start" | "hash" | "probe";

/** Where a branch of a query has a person's properties; `sparse`: most rows have none, and an index leaves those out. */
export type PropertiesAt = { props: Sql; sparse: boolean; sets: Lookup };

/**
 * A rule as SQL, for any query over people. `ctes` are the sets it looks up ("set_0 AS MATERIALIZED (…)"). `where` is true for those
 * who match and false or NULL for the rest, over `f` (profile_facts) and the properties' document, which a profile has in
 * `profiles` (p.props) and a visitor in `f` itself (f.props). `readsProps`: whether that is looked at. `within`: a set that everybody
 * who matches is in, by name; none for most rules. `isSet`: they are the very people of it, and every one of them has facts. `walks`: a set takes a walk over events.
 */
export type PeopleFilter = {
  ctes: Sql[];
  where: (at: PropertiesAt) => Sql;
  readsProps: boolean;
  within?: Sql;
  isSet?: boolean;
  walks?: boolean;
};
