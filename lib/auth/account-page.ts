import { utcDay } from "@/lib/format/time";
import "server-only";
import { notFound } from "next/navigation";
import { cache } from "react";
import { type AccountDetails, accountDetails } from "@/lib/accounts/page/account.queries";
import { accountIdFromUrl } from "@/lib/accounts/url-id";
import { accountIdInPath } from "@/lib/http/requested-path";
import { requireMemberOrGuest, requirePage, type Viewing } from "./guard";
import { requestedSegment } from "./requested-segment";

export type AccountParams = { project: string; accountId: string };

/** The account of a page, for members of the project; 404 if there is none with this id. Once a request. */
export const requireAccountPage = cache(
  async (projectId: string, param: string): Promise<Viewing & { account: AccountDetails }> => {
    const access = await requireMemberOrGuest(projectId);
    const id = accountIdFromUrl(await requestedSegment(param, accountIdInPath));
    const account = id === null ? null : await accountDetails(access.scope, id, utcDay(Date.now()));
    return account ? { ...access, account } : notFound();
  },
);

/** Like requireAccountPage, for members who may change it; else 404. */
export async function requireAccountToEdit(projectId: string, param: string) {
  const { scope } = await requirePage(projectId, "edit");
  return { ...(await requireAccountPage(projectId, param)), scope };
}
