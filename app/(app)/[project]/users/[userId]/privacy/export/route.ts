import { personFile } from "@/lib/api/person-file";
import { requireMemberApi } from "@/lib/auth/guard";
import { handle } from "@/lib/http/handle";
import { unknownPerson } from "@/lib/identity/person.queries";
import { getProfile } from "@/lib/profiles/person/person.queries";

type Context = { params: Promise<{ project: string; userId: string }> };

/** GET /{project}/users/{ref}/privacy/export → everything stored of the person, as JSON. Next has decoded `userId` once. */
export const GET = handle(async (_request, { params }: Context) => {
  const { project, userId } = await params;
  const { scope } = await requireMemberApi(project);
  const person = await getProfile(scope, userId);
  if (!person) throw unknownPerson();
  return personFile(scope, person, Date.now());
});
