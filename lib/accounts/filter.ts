import type { Sql } from "sql-template-tag";

/**
 * A rule over accounts as SQL, for any query over them: `where` is true for those that match and false or NULL for the
 * rest, over `f` (account_facts); `ctes` are the sets of accounts it looks up.
 */
export type AccountFilter = { ctes: Sql[]; where: Sql };
