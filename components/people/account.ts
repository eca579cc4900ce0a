import { addressOf } from "@/lib/accounts/address";

/** URL of an account's page. */
export const accountHref = (projectId: string, id: string): string =>
  `/${projectId}/accounts/${encodeURIComponent(addressOf(id))}`;
