"use server";

import { refresh, revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { accountSummary } from "@/lib/accounts/list/list.queries";
import { requirePermission, requireRecent } from "@/lib/auth/guard";
import { AppError } from "@/lib/errors";
import { changeAction, readAction, textSchema } from "@/lib/http/action";
import { changeAccountMerge, eraseAccount, reassignPerson, unassignPerson } from "@/lib/ingest/corrections/accounts";

/** Merges two accounts: project, account, the other's id. */
export const mergeAccountAction = changeAction(
  z.tuple([textSchema, textSchema, textSchema]),
  async (projectId, id, other) => {
    const { scope } = await requirePermission(projectId, "edit", { act: "account_change", account: id });
    await changeAccountMerge(scope, [id, other.normalize("NFC").trim()], true);
    revalidatePath(`/${scope.projectId}/accounts`, "layout");
  },
);

/** Undoes a merge of two accounts: project, both ids. */
export const separateAction = changeAction(z.tuple([textSchema, textSchema, textSchema]), async (projectId, a, b) => {
  const { scope } = await requirePermission(projectId, "edit", { act: "account_change", account: a });
  await changeAccountMerge(scope, [a, b], false);
  revalidatePath(`/${scope.projectId}/accounts`, "layout");
});

/** Removes a person from an account as of now, or puts them back: project, account, ref, whether they leave. */
export const leaveAccountAction = changeAction(
  z.tuple([textSchema, textSchema, textSchema, z.boolean()]),
  async (projectId, accountId, ref, leaves) => {
    const { scope } = await requirePermission(projectId, "edit", {
      act: "account_change",
      account: accountId,
      person: ref,
    });
    await (leaves ? unassignPerson : reassignPerson)(scope, { ref, accountId });
    refresh();
  },
);

/** Erases an account if its typed name matches: project, account, name. */
export const eraseAccountAction = readAction(
  z.tuple([textSchema, textSchema, textSchema]),
  async (projectId, id, typed): Promise<null> => {
    const { scope } = await requirePermission(projectId, "erase", null);
    await requireRecent();
    const account = await accountSummary(scope, id);
    if (!account) throw new AppError("not_found", "This account has already been erased.");
    const name = account.name ?? account.id;
    if (typed.trim() !== name.trim()) throw new AppError("unprocessable", `Type ${name} to confirm.`);
    await eraseAccount(scope, account.id);
    revalidatePath(`/${scope.projectId}/accounts`, "layout");
    redirect(`/${scope.projectId}/accounts`);
  },
);
