import { accountIdToUrl } from "@/lib/accounts/url-id";

/** URL of an account's page. */
export const accountHref = (projectId: string, id: string): string =>
  `/${projectId}/accounts/${encodeURIComponent(accountIdToUrl(id))}`;
