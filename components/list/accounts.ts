import type { ListSpec } from "@/components/columns/list-spec";
import { ACCOUNT_COLUMNS } from "@/lib/columns/accounts";

export const ACCOUNTS_LIST: ListSpec = {
  name: "accounts",
  first: { id: "account", label: "Account", width: 250, sortKey: "name" },
  columns: ACCOUNT_COLUMNS,
  ofTab: () => [],
  tabColumn: () => undefined,
  sortOf: (tab) => SORTS[tab] ?? null,
  words: {
    search: "Search accounts",
    placeholder: "Name, id, domain or property",
    shown: "Shown, after the account",
    many: "accounts",
  },
};

const SORTS: { [tab: string]: { key: string; order: "asc" | "desc" } } = {
  all: { key: "lastSeen", order: "desc" },
  quiet: { key: "trend", order: "asc" },
  growing: { key: "trend", order: "desc" },
  new: { key: "firstSeen", order: "desc" },
};
