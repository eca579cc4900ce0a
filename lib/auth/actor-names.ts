import { memberNames } from "@/lib/auth/members.queries";
import { clientsOf } from "@/lib/projects/projects.queries";
import { isGuest, type Scope } from "@/lib/scope";

/**
 * Display names of actors: "Ada Lovelace", "the key Billing server", "your server". Guests only get their kinds.
 */
export async function actorNames(
  scope: Scope,
  actors: readonly (string | null)[],
): Promise<(actor: string | null) => string> {
  if (isGuest(scope)) return kindOfActor;
  const idsOf = (kind: string) =>
    actors.flatMap((actor) => (actor?.startsWith(`${kind}:`) ? [actor.slice(kind.length + 1)] : []));
  const [members, clients] = await Promise.all([
    memberNames(scope, idsOf("member")),
    idsOf("client").length > 0 ? clientsOf(scope) : [],
  ]);
  const keys = new Map(clients.map((client) => [client.id, client.name]));
  return (actor) => {
    const [kind, id = ""] = (actor ?? "").split(":");
    if (kind === "member") return members.get(id) ?? "a former member";
    if (kind === "client") return keys.has(id) ? `the key ${keys.get(id)}` : "a former key";
    return kind === "self" ? "the person themselves" : "your server";
  };
}

/** An actor's kind in words, for readers who may not see names. */
export function kindOfActor(actor: string | null): string {
  if (actor?.startsWith("member:")) return "a member of the team";
  return actor?.startsWith("self:") ? "the person" : "a program";
}
