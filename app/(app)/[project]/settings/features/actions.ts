"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { requirePermission } from "@/lib/auth/guard";
import { saveFeatures } from "@/lib/features/features.store";
import type { featureListSchema } from "@/lib/features/rule";
import { changeAction, textSchema } from "@/lib/http/action";

/** Arguments of the action; saveFeatures validates the contents. */
const anyList = z.array(z.object({ id: textSchema, name: textSchema, events: z.array(textSchema).max(200) })).max(200);

/** Saves the project's whole list; returns an error as a sentence, or null. */
export const saveFeatureList = changeAction(z.tuple([textSchema, anyList]), async (projectId, features) => {
  const { scope } = await requirePermission(projectId, "edit", "features");
  await saveFeatures(scope, features as z.input<typeof featureListSchema>);
  revalidatePath(`/${scope.projectId}`, "layout");
});
