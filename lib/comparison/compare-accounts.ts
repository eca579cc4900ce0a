import { AppError } from "@/lib/errors";
import type { Scope } from "@/lib/scope";
import { drawAccounts } from "@/lib/segments/draw-accounts.queries";
import { testsOf } from "@/lib/segments/rule";
import { getAccountSegment } from "@/lib/segments/segments.queries";
import { accountCounts } from "./account-counts.queries";
import { type AccountChoice, type AccountGroup, accountGroupsOf, accountSegmentsOf } from "./account-groups";
import { meansOf, sharesOf } from "./compare";
import { type Comparison, compareRows } from "./compared-rows";

/** The most accounts read of a group; with 1,000, an interval is within four points. */
const READ = 1_000;
const MINUTE_MS = 60_000;

/** `people`: how many accounts the group has; `read`: how many of them were read. */
export type AccountGroupSize = AccountGroup & { people: number; isExact: true; read: number };
export type AccountsCompared = {
  a: AccountGroupSize;
  b: AccountGroupSize;
  leftOut: Omit<AccountGroupSize, "read">[];
  comparison: Comparison;
  isEstimate: boolean;
};

/** Compares two groups of accounts by the same statistics as people; docs/comparison.md. */
export async function compareAccounts(scope: Scope, choice: AccountChoice, at = Date.now()): Promise<AccountsCompared> {
  const now = Math.floor(at / MINUTE_MS) * MINUTE_MS;
  const names = new Map<string, string>();
  const ruled = new Set<string>();
  for (const [field, id] of Object.entries(accountSegmentsOf(choice))) {
    const segment = await getAccountSegment(scope, id);
    if (!segment) throw new AppError("bad_request", "There is no such segment of accounts.", { field });
    names.set(id, segment.name);
    // Subjects of the segments' own rules differ by definition.
    for (const test of testsOf(segment.rule)) {
      if (test.of === "property") ruled.add(`property ${test.test.key}`);
      if (test.of === "did" || test.of === "firstDid") ruled.add(`event ${test.event}`);
      if (test.of === "type") ruled.add("origin type");
    }
  }
  const groups = accountGroupsOf(choice, now, names);
  const draw = async (group: AccountGroup) => ({ group, ...(await drawAccounts(scope, group.rule, now, READ)) });
  const [a, b] = [await draw(groups.a), await draw(groups.b)];
  const leftOut = [];
  for (const group of groups.leftOut) {
    const { total } = await drawAccounts(scope, group.rule, now, 0);
    leftOut.push({ ...group, people: total, isExact: true as const });
  }
  const read = { a: a.ids, b: b.ids };
  const counts = (await accountCounts(scope, read, choice.days)).filter(
    ({ kind, key }) => !ruled.has(`${kind} ${key}`),
  );
  const size = ({ group, ids, total }: typeof a): AccountGroupSize => ({
    ...group,
    people: total,
    isExact: true,
    read: ids.length,
  });
  return {
    a: size(a),
    b: size(b),
    leftOut,
    comparison: compareRows(sharesOf(counts, read), meansOf(counts, read)),
    isEstimate: [a, b].some(({ ids, total }) => total > ids.length),
  };
}
