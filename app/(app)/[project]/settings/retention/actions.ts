"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { requirePermission, requireRecent } from "@/lib/auth/guard";
import { formAction, formText } from "@/lib/http/action";
import { previewRetention } from "@/lib/privacy/retention-preview.queries";
import { endSelfService, newSelfServiceSecret } from "@/lib/projects/self-service.store";
import { settingFromText } from "@/lib/projects/setting-kinds";
import { PROJECT_SETTINGS } from "@/lib/projects/setting-list";
import { parseInput } from "@/lib/validate";

const retentionSchema = z.object({
  retentionDays: PROJECT_SETTINGS.retentionDays.schema,
  eventRetention: PROJECT_SETTINGS.eventRetention.schema,
});

/** What the typed limits would delete; nothing is saved. */
export const previewLimits = formAction(async (form) => {
  const { scope } = await requirePermission(formText(form, "projectId"), "manage", "preview_erasure");
  const typed = (key: keyof typeof retentionSchema.shape) =>
    settingFromText(PROJECT_SETTINGS[key], formText(form, key));
  const { retentionDays: days, eventRetention: byEvent } = parseInput(retentionSchema, {
    retentionDays: typed("retentionDays"),
    eventRetention: typed("eventRetention"),
  });
  return previewRetention(scope, { days, byEvent }, Date.now());
});

/** Turns self-service links on, or creates a new secret, which is only shown now. */
export const makeSelfServiceSecret = formAction(async (form): Promise<string> => {
  const { scope } = await requirePermission(formText(form, "projectId"), "manage", "keys");
  await requireRecent();
  const secret = await newSelfServiceSecret(scope);
  revalidatePath(`/${scope.projectId}/settings/retention`);
  return secret;
});

export const switchSelfServiceOff = formAction(async (form): Promise<string> => {
  const { scope } = await requirePermission(formText(form, "projectId"), "manage", "keys");
  await endSelfService(scope);
  revalidatePath(`/${scope.projectId}/settings/retention`);
  return "Off.";
});
