import "server-only";
import { toPersonRow } from "@/components/people/row";
import type { FoundElsewhere } from "@/components/users/back-office";
import { requireMember } from "@/lib/auth/guard";
import { getProfile } from "@/lib/profiles/queries";
import { searchPeople } from "@/lib/profiles/search.queries";
import type { ProfileSummary } from "@/lib/profiles/types";
import type { ProjectListed } from "@/lib/projects/queries";
import type { Scope } from "@/lib/scope";

/** An address may belong to a few people: two accounts of one customer. */
const MAX_PEOPLE = 10;

type Wanted = { email: string; id: string; project: string };

/** The people of these projects who have the e-mail or the id, exactly; one or two look-ups a project, all at once. */
export async function findEverywhere(projects: ProjectListed[], wanted: Wanted): Promise<FoundElsewhere[]> {
  const among = wanted.project === "" ? projects : projects.filter(({ id }) => id === wanted.project);
  const found = await Promise.all(
    among.map(async (project) => {
      const { scope } = await requireMember(project.id);
      const people = await findIn(scope, wanted);
      return people.map((person) => ({ ...toPersonRow(person, project.id, Date.now()), projectName: project.name }));
    }),
  );
  return found.flat();
}

async function findIn(scope: Scope, { email, id }: Wanted): Promise<ProfileSummary[]> {
  if (id !== "") {
    const person = (await getProfile(scope, `u:${id}`)) ?? (await getProfile(scope, `a:${id}`));
    return person ? [person] : [];
  }
  if (email === "") return [];
  const people = await searchPeople(scope, email, MAX_PEOPLE);
  return people.filter((person) => person.email?.toLowerCase() === email.toLowerCase());
}
