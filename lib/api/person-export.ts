import { unknownPerson } from "@/lib/identity/person.queries";
import { getProfile } from "@/lib/profiles/person/person.queries";
import type { Scope } from "@/lib/scope";
import { parseQuery } from "./parse";
import { personFileResponse } from "./person-file";
import { exportQuerySchema } from "./person-file-schemas";

/** The answer to a request for a person's file; throws not_found for an unknown ref. */
export async function personExport(request: Request, scope: Scope, ref: string): Promise<Response> {
  const { format } = parseQuery(request, exportQuerySchema);
  const person = await getProfile(scope, ref);
  if (!person) throw unknownPerson();
  return personFileResponse({ scope, person, audience: "team", now: Date.now() }, format);
}
