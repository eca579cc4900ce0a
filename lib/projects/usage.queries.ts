import { pool } from "@/lib/db/pool";
import type { Scope } from "@/lib/scope";
import { BYTES_PER_MEGABYTE, type Ceilings } from "./settings";
import { readUsage, readUsedNames } from "./usage.store";

/** How much of each ceiling the project has used, except for this hour's data, which no table holds. Primary keys. */
export async function ceilingUse(
  scope: Scope,
): Promise<Record<Exclude<keyof Ceilings, "maxMegabytesPerHour">, number>> {
  const [uses, names] = await Promise.all([readUsage(pool(), scope.projectId), readUsedNames(pool(), scope.projectId)]);
  const events = names.filter(({ kind }) => kind === "event").length;
  return {
    maxPeople: uses.people,
    maxDevices: uses.devices,
    maxAccounts: uses.accounts,
    maxEventNames: events,
    maxProperties: names.length - events,
    maxPropertyMegabytes: uses.values / BYTES_PER_MEGABYTE,
  };
}
