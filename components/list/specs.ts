import type { ListSpec } from "@/components/columns/list-spec";
import { ACCOUNTS_LIST } from "@/components/list/accounts";
import { PEOPLE_LIST } from "@/components/people/columns";
import type { ListName } from "@/lib/preferences/layout";

export const LIST_SPECS: { [Name in ListName]: ListSpec } = { users: PEOPLE_LIST, accounts: ACCOUNTS_LIST };
