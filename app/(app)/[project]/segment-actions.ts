"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { toPersonRow } from "@/components/people/row";
import { people } from "@/components/people/total";
import type { PreviewShown } from "@/components/segments/preview";
import { requireMember, requirePermission } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { action, text } from "@/lib/http/action";
import { isUuid } from "@/lib/ids";
import { type Rule, segmentsIn } from "@/lib/segments/rule";
import { ruleInWords } from "@/lib/segments/rule-text";
import { previewRule, segmentNames } from "@/lib/segments/segments.queries";
import { createSegment, deleteSegment, unknownSegment, updateSegment } from "@/lib/segments/segments.store";
import { decodeRule } from "@/lib/segments/url";

/** The rule in a form, encoded as in URLs. */
function ruleOf(form: FormData): Rule {
  const rule = decodeRule(text(form, "filter"));
  if (rule && rule.of.length > 0) return rule;
  throw new AppError("unprocessable", "Add at least one complete condition. A segment cannot include everyone.", {
    field: "filter",
  });
}

function idOf(form: FormData): string {
  const id = text(form, "segmentId");
  if (!isUuid(id)) throw unknownSegment();
  return id;
}

/** Previews a rule: the number of matches, the first few, and the rule in words. */
export const previewSegment = action(async (form): Promise<PreviewShown> => {
  const { scope } = await requireMember(text(form, "projectId"));
  const rule = ruleOf(form);
  const [{ total, rows }, names] = await Promise.all([previewRule(scope, rule), segmentNames(scope, segmentsIn(rule))]);
  return {
    total: people(total),
    words: ruleInWords(rule, { segments: names }),
    people: rows.map((person) => toPersonRow(person, scope.projectId, Date.now())),
  };
});

/** Creates a segment by rule and redirects to it. */
export const makeSegment = action(async (form): Promise<null> => {
  const { scope } = await requirePermission(text(form, "projectId"), "edit");
  const rule = ruleOf(form);
  const id = await createSegment(scope, { name: text(form, "name"), description: text(form, "description"), rule });
  revalidatePath(`/${scope.projectId}`, "layout");
  redirect(`/${scope.projectId}/segments/${id}`);
});

/** Creates an empty list to import people into; returns its id. */
export const makeList = action(async (form): Promise<string> => {
  const { scope } = await requirePermission(text(form, "projectId"), "edit");
  const input = { name: text(form, "name"), description: text(form, "description"), rule: null };
  const id = await createSegment(scope, input);
  revalidatePath(`/${scope.projectId}`, "layout");
  return id;
});

/** Changes name, description or rule, then redirects to the segment. An uploaded list has no rule. */
export const changeSegment = action(async (form): Promise<null> => {
  const { scope } = await requirePermission(text(form, "projectId"), "edit");
  const id = idOf(form);
  const rule = form.has("filter") ? { rule: ruleOf(form) } : {};
  await updateSegment(scope, id, { name: text(form, "name"), description: text(form, "description"), ...rule });
  revalidatePath(`/${scope.projectId}`, "layout");
  redirect(`/${scope.projectId}/segments/${id}`);
});

export const removeSegment = action(async (form): Promise<null> => {
  const { scope } = await requirePermission(text(form, "projectId"), "edit");
  await deleteSegment(scope, idOf(form));
  revalidatePath(`/${scope.projectId}`, "layout");
  redirect(`/${scope.projectId}/segments`);
});
