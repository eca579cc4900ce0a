import { config } from "@/lib/config";
import { pool } from "@/lib/db/pool";
import { recentMessages } from "@/lib/debugger/relay";
import type { DebuggerView } from "@/lib/debugger/types";
import { unmatchedFor } from "@/lib/debugger/unmatched";
import { clientAddress } from "@/lib/http/network";
import { projectSettingsOf } from "@/lib/projects/clients.store";
import { originRule } from "@/lib/projects/origin";
import type { Scope } from "@/lib/scope";

/**
 * The debugger's content for a member whose request has these `headers`: messages with numbers above `after`, and
 * unmatched requests from the member's own address or from an origin that the project lists (other than "*").
 */
export async function debuggerView(scope: Scope, headers: Pick<Headers, "get">, after = 0): Promise<DebuggerView> {
  const settings = await projectSettingsOf(pool(), scope.projectId);
  const rule = settings && originRule(settings.domain, settings.allowedOrigins);
  const forwarded = headers.get("x-forwarded-for") ?? undefined;
  const address = clientAddress(null, forwarded, config().TRUSTED_PROXIES);
  return { ...recentMessages(scope, after), unmatched: unmatchedFor(address, (origin) => rule?.test(origin) ?? false) };
}
