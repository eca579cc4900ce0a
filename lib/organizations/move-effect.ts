import { type Role, roleIn } from "@/lib/permissions";
import type { TeamMember } from "./team.queries";

/** Who loses or gains access if a project moves to another organization, and whose role in it changes. */
export type MoveEffect = {
  lose: string[];
  gain: { name: string; role: Role }[];
  change: { name: string; before: Role; after: Role }[];
};

/** The effect of moving a project from a team to another. Roles in the project move along. */
export function moveEffect(projectId: string, from: readonly TeamMember[], to: readonly TeamMember[]): MoveEffect {
  const effect: MoveEffect = { lose: [], gain: [], change: [] };
  const members = new Map([...from, ...to].map(({ id, name }) => [id, name]));
  for (const [id, name] of members) {
    const [old, next] = [from, to].map((team) => team.find((one) => one.id === id));
    const projectRole = old?.projectRoles[projectId] ?? null;
    const before = old ? roleIn(old.role, projectRole) : null;
    const after = next ? roleIn(next.role, projectRole) : null;
    if (before === after) continue;
    if (after === null) effect.lose.push(name);
    else if (before === null) effect.gain.push({ name, role: after });
    else effect.change.push({ name, before, after });
  }
  return effect;
}
