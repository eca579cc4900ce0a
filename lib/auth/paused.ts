import "server-only";
import { headers } from "next/headers";
import { PATH_HEADER } from "@/lib/http/asked-path";
import { entitlementOf } from "@/lib/plans/entitlements";
import { isOpenWhilePaused, isReadingPaused } from "@/lib/plans/plan-state";

/** Whether the asked address is closed until the organization has a plan. On a self-hosted instance none ever is. */
export async function isPausedHere(organizationId: string, now = Date.now()): Promise<boolean> {
  const entitlement = await entitlementOf(organizationId, now);
  if (!entitlement || !isReadingPaused(entitlement.state, now)) return false;
  const path = (await headers()).get(PATH_HEADER);
  return path !== null && !isOpenWhilePaused(path);
}
