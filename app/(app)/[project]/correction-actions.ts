"use server";

import { revalidatePath } from "next/cache";
import type { MergeCandidate } from "@/components/identity/actions";
import { displayName, pictureHref } from "@/components/people/row";
import { type Doing, requireMember, requirePermission } from "@/lib/auth/guard";
import { formAction, formText } from "@/lib/http/action";
import { applyCorrectionFor, previewCorrectionFor } from "@/lib/ingest/corrections/for-member";
import { readCorrection } from "@/lib/ingest/corrections/input";
import { listProfiles } from "@/lib/profiles/list/list.queries";

/** Maximum of merge candidates. */
const MAX_CANDIDATES = 8;

async function readForm(form: FormData, doing: Doing) {
  const { scope } = await requirePermission(formText(form, "projectId"), "edit", doing);
  return { scope, correction: readCorrection(formText(form, "correction")) };
}

/** Previews the exact effect of a merge, separation or detachment. */
export const previewCorrectionAction = formAction(async (form) => {
  const { scope, correction } = await readForm(form, null);
  return previewCorrectionFor(scope, correction);
});

/** Applies a correction in the member's name. */
export const makeCorrectionAction = formAction(async (form) => {
  const { scope, correction } = await readForm(form, "correction");
  await applyCorrectionFor(scope, correction);
  revalidatePath(`/${scope.projectId}`, "layout");
  return null;
});

/** Searches identified people to merge with. */
export const findPeople = formAction(async (form): Promise<MergeCandidate[]> => {
  const { scope } = await requireMember(formText(form, "projectId"), "merge_candidates");
  const search = formText(form, "search").trim();
  if (search === "") return [];
  const { rows } = await listProfiles(scope, { search, identified: true, withInternal: true, limit: MAX_CANDIDATES });
  return rows.map((person) => ({
    ref: person.ref,
    userId: person.userIds[0] ?? "",
    name: displayName(person),
    detail: person.email ?? person.userIds[0] ?? "",
    avatar: pictureHref(scope.projectId, person),
    events: person.events,
  }));
});
