"use server";

import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { requirePermission, requireRecent } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { formAction, formText } from "@/lib/http/action";
import { newId } from "@/lib/ids";
import { retryBulk, startBulk, stopBulkErasure } from "@/lib/privacy/bulk";
import { confirmationPhrase, peopleOfQuery } from "@/lib/privacy/bulk-choice";

/** Starts to erase the chosen people if the typed words match their number, then redirects to the progress. */
export const startErasing = formAction(async (form): Promise<null> => {
  const { scope } = await requirePermission(formText(form, "projectId"), "erase", null);
  await requireRecent();
  const expected = Number(formText(form, "expected"));
  if (!Number.isInteger(expected) || expected < 1) throw new AppError("unprocessable", "Nobody is selected.");
  const phrase = confirmationPhrase(expected);
  if (formText(form, "words").trim().toLowerCase() !== phrase)
    throw new AppError("unprocessable", `Type ${phrase} to confirm.`, { field: "words" });
  const people = await peopleOfQuery(scope, new URLSearchParams(formText(form, "query")));
  const options = { id: newId(), suppress: formText(form, "suppress") === "on", expected, now: Date.now() };
  const { bulk } = await startBulk(scope, people, options);
  redirect(`/${scope.projectId}/erasures/bulk/${bulk.id}`);
});

/** Stops; people who are erased already stay erased. */
export const stopErasure = formAction(async (form): Promise<null> => {
  const { scope } = await requirePermission(formText(form, "projectId"), "erase", null);
  await stopBulkErasure(scope, formText(form, "bulkId"), Date.now());
  revalidatePath(`/${scope.projectId}/erasures`, "layout");
  return null;
});

/** Retries the people who could not be erased. */
export const retryErasure = formAction(async (form): Promise<null> => {
  const { scope } = await requirePermission(formText(form, "projectId"), "erase", null);
  await retryBulk(scope, formText(form, "bulkId"));
  revalidatePath(`/${scope.projectId}/erasures`, "layout");
  return null;
});
