import { HEALTH_LABELS } from "@/lib/accounts/health";
import type { AccountSummary } from "@/lib/accounts/types";
import type { Columns } from "./columns";
import { isoTime } from "./csv-stream";

export const ACCOUNT_FILE_VALUES: Columns<AccountSummary> = {
  id: (account) => account.id,
  name: (account) => account.name,
  domain: (account) => account.domain,
  type: (account) => account.type,
  people: (account) => account.people,
  active7: (account) => account.active7,
  active30: (account) => account.active30,
  trend: (account) => account.trend.join(" "),
  health: (account) => HEALTH_LABELS[account.health.state],
  why: (account) => account.health.reason,
  state: (account) => account.state,
  risk: (account) => account.risk,
  featuresUsed: (account) => account.featuresUsed,
  events30: (account) => account.events30,
  lastSeen: (account) => isoTime(account.lastSeen),
  firstSeen: (account) => isoTime(account.firstSeen),
  revenue: (account) => account.revenue / 100,
};
export const ACCOUNT_FILE_COLUMNS = Object.keys(ACCOUNT_FILE_VALUES);
