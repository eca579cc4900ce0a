import { expect, test } from "vitest";
import { type AccountReason, accountReasonInWords } from "./account-reason";

const plain: AccountReason = {
  usual: 1,
  silent: 6,
  activeDays: 80,
  stopped: null,
  errors: 0,
  seats: { had: 0, lost: 0 },
  championSilent: null,
};

test.each<[Partial<AccountReason>, string | null, string]>([
  [{}, null, "usually every day, silent for 6 days"],
  [
    { seats: { had: 5, lost: 3 } },
    null,
    "usually every day, silent for 6 days; 3 of 5 people who were active in the 28 days before the last 14 have stopped",
  ],
  [{ seats: { had: 1, lost: 1 } }, null, "usually every day, silent for 6 days"],
  [
    { championSilent: 23 },
    "Ada",
    "usually every day, silent for 6 days; Ada, its most active person, silent for 23 days",
  ],
  [{ championSilent: 23 }, null, "usually every day, silent for 6 days; its most active person silent for 23 days"],
  [
    { stopped: "report_exported", errors: 2 },
    null,
    "usually every day, silent for 6 days; stopped exporting reports; 2 people met errors in its last week",
  ],
])("%j, %j", (some, champion, words) => {
  expect(accountReasonInWords({ ...plain, ...some }, champion)).toBe(words);
});
