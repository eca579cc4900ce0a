import { type Role, roleIn } from "@/lib/permissions";
import type { TeamMember } from "./team.queries";

/** Whom moving a project to another organization gives or takes access, and whose role in it changes. */
export type MoveEffect = {
  lose: string[];
  gain: { name: string; role: Role }[];
  change: { name: string; before: Role; after: Role }[];
};

/** `left` and `entered`: everybody in the two organizations. A role in the project is kept, where one counts. */
export function moveEffect(projectId: string, left: readonly TeamMember[], entered: readonly TeamMember[]): MoveEffect {
  const effect: MoveEffect = { lose: [], gain: [], change: [] };
  const members = new Map([...left, ...entered].map(({ id, name }) => [id, name]));
  for (const [id, name] of members) {
    const [was, is] = [left, entered].map((team) => team.find((one) => one.id === id));
    const own = was?.projectRoles[projectId] ?? null;
    const before = was ? roleIn(was.role, own) : null;
    const after = is ? roleIn(is.role, own) : null;
    if (before === after) continue;
    if (after === null) effect.lose.push(name);
    else if (before === null) effect.gain.push({ name, role: after });
    else effect.change.push({ name, before, after });
  }
  return effect;
}
