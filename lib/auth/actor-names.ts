import { memberNames } from "@/lib/auth/members.queries";
import { clientsOf } from "@/lib/projects/projects.queries";
import { isGuest, type Scope } from "@/lib/scope";

/** Display names of actors: "Ada Lovelace", "the key Billing server", "your server"; none for guests. */
export async function whoNames(
  scope: Scope,
  actors: readonly (string | null)[],
): Promise<(by: string | null) => string> {
  if (isGuest(scope)) return ofTheTeam;
  const idsOf = (kind: string) =>
    actors.flatMap((by) => (by?.startsWith(`${kind}:`) ? [by.slice(kind.length + 1)] : []));
  const [members, clients] = await Promise.all([
    memberNames(scope, idsOf("member")),
    idsOf("client").length > 0 ? clientsOf(scope) : [],
  ]);
  const keys = new Map(clients.map((client) => [client.id, client.name]));
  return (by) => {
    const [kind, id = ""] = (by ?? "").split(":");
    if (kind === "member") return members.get(id) ?? "a former member";
    if (kind === "client") return keys.has(id) ? `the key ${keys.get(id)}` : "a former key";
    return kind === "self" ? "the person themselves" : "your server";
  };
}

/** The kind of actor, for readers who may not see names. */
export function ofTheTeam(by: string | null): string {
  if (by?.startsWith("member:")) return "a member of the team";
  return by?.startsWith("self:") ? "the person" : "a program";
}
