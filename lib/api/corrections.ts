import type { z } from "zod";
import { AppError } from "@/lib/errors";
import { edgesOut, usersDetachedFrom, usersSeenOn } from "@/lib/identity/identities.queries";
import { findPerson, requirePerson, unknownPerson } from "@/lib/identity/person.queries";
import type { Person } from "@/lib/identity/person-ref";
import { anonymousRef, idInRef, isAnonymousRef, parseRef, userRef } from "@/lib/identity/person-ref";
import type { Correction } from "@/lib/ingest/corrections/correction";
import { applyCorrectionFor } from "@/lib/ingest/corrections/for-member";
import { cleanUserId } from "@/lib/ingest/parse/reading";
import { getProfile } from "@/lib/profiles/person/person.queries";
import { requireServer } from "@/lib/projects/clients";
import type { ProjectSettings } from "@/lib/projects/settings";
import type { Scope } from "@/lib/scope";
import { aliasBodySchema, deviceBodySchema, type peopleSchema, splitBodySchema } from "./identity-schemas";
import { parseBody } from "./parse";
import { presentProfile } from "./present";

/**
 * The answer to a correction of who is who by the customer's server: everybody affected, as they are now, for a root
 * key; nobody for a write key, which may not read.
 */
type Answer = z.infer<typeof peopleSchema>;

/** POST …/alias and …/unalias: joins the person's user id `ref` and the body's, or separates them. */
export async function changeAlias(request: Request, ref: string, kind: "alias" | "unalias"): Promise<Answer> {
  const server = await requireServer(request);
  const { scope, settings } = server;
  const own = userIdOf(ref);
  const body = await parseBody(request, aliasBodySchema);
  const other = readUserId(settings, body.userId, "userId");
  await requirePerson(scope, ref);
  return applyCorrection(server, { kind, pairs: [[own, other]] }, [own, other]);
}

/** POST …/split: the body's user ids are not this person. Removes every alias between them and the rest. */
export async function splitPerson(request: Request, ref: string): Promise<Answer> {
  const server = await requireServer(request);
  const { scope, settings } = server;
  const body = await parseBody(request, splitBodySchema);
  const userIds = body.userIds.map((id, index) => readUserId(settings, id, `userIds.${index}`));
  const person = await getProfile(scope, ref);
  if (!person) throw unknownPerson();
  userIds.forEach((id, index) => {
    if (!person.userIds.includes(id)) throw notTheirs(`userIds.${index}`);
  });
  const pairs = (await edgesOut(scope, userIds)).map(({ inside, outside }) => [inside, outside] as const);
  return applyCorrection(server, { kind: "unalias", pairs }, [...userIds, ...person.userIds]);
}

/** POST …/detach and …/attach: the device is not this person's, or is after all. */
export async function changeDevice(request: Request, ref: string, kind: "detach" | "attach"): Promise<Answer> {
  const server = await requireServer(request);
  const { scope, settings } = server;
  const { anonymousId: device, userId } = await parseBody(request, deviceBodySchema);
  const anonymousId = device.normalize("NFC").trim();
  const person = await requirePerson(scope, ref);
  const own = userId === undefined ? null : readUserId(settings, userId, "userId");
  if (own !== null && !(await isUserIdOf(scope, person, own))) throw notTheirs("userId");
  const seen = kind === "detach" ? usersSeenOn : usersDetachedFrom;
  const userIds = own === null ? await seen(scope, person, anonymousId) : [own];
  if (userIds.length === 0) {
    throw new AppError(
      "not_found",
      kind === "detach"
        ? "This person was never identified on this device."
        : "This device was not detached from this person.",
      { field: "anonymousId" },
    );
  }
  return applyCorrection(server, { kind, anonymousId, userIds }, userIds, [anonymousId]);
}

/** Makes a correction; the answer has the people with these user ids and devices. */
async function applyCorrection(
  { scope, mayRead }: Awaited<ReturnType<typeof requireServer>>,
  correction: Correction,
  userIds: readonly string[],
  devices: readonly string[] = [],
): Promise<Answer> {
  await applyCorrectionFor(scope, correction);
  if (!mayRead) return { data: [] };
  const found = new Map<string, Answer["data"][number]>();
  for (const ref of [...userIds.map(userRef), ...devices.map(anonymousRef)]) {
    const known = [...found.values()].some((one) => !isAnonymousRef(ref) && one.userIds.includes(idInRef(ref)));
    const profile = known ? null : await getProfile(scope, ref);
    if (profile) found.set(profile.ref, presentProfile(profile));
  }
  return { data: [...found.values()] };
}

/** The user id of a ref. Throws bad_request for any other ref, as only user ids can be merged. */
function userIdOf(ref: string): string {
  const parsed = parseRef(ref);
  if (parsed?.kind === "u") return parsed.id;
  throw new AppError(
    "bad_request",
    "Only user ids can be merged: use the ref u:<user id>, percent-encoded in the URL.",
    {
      field: "ref",
    },
  );
}

function readUserId(settings: ProjectSettings, value: string | number, field: string): string {
  const { id, warning } = cleanUserId(settings, value);
  if (id === null) throw new AppError("bad_request", `This is not a user id: ${warning ?? "it is empty"}.`, { field });
  return id;
}

async function isUserIdOf(scope: Scope, person: Person, userId: string): Promise<boolean> {
  const other = await findPerson(scope, userRef(userId));
  return person.kind === "profile" && other?.kind === "profile" && other.profileId === person.profileId;
}

const notTheirs = (field: string): AppError => new AppError("not_found", "This person has no such user id.", { field });
