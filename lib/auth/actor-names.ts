import { memberNames } from "@/lib/auth/members.queries";
import { clientsOf } from "@/lib/projects/projects.queries";
import type { Scope } from "@/lib/scope";

/** The names shown for whoever did something: "Ada Lovelace", "the key Billing server", "your server". */
export async function whoNames(
  scope: Scope,
  actors: readonly (string | null)[],
): Promise<(by: string | null) => string> {
  const idsOf = (kind: string) =>
    actors.flatMap((by) => (by?.startsWith(`${kind}:`) ? [by.slice(kind.length + 1)] : []));
  const [members, clients] = await Promise.all([
    memberNames(idsOf("member")),
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
