"use server";

import { revalidatePath } from "next/cache";
import { z } from "zod";
import { requirePermission } from "@/lib/auth/guard";
import { saveFeatures } from "@/lib/features/features.store";
import type { featureListSchema } from "@/lib/features/rule";
import { changing, textArgument } from "@/lib/http/action";

/** What an action may be called with; saveFeatures says what is wrong with it. */
const anyList = z
  .array(z.object({ id: textArgument, name: textArgument, events: z.array(textArgument).max(200) }))
  .max(200);

/** Saves the project's whole list; answers what is wrong with it in words, or null. */
export const saveFeatureList = changing(z.tuple([textArgument, anyList]), async (projectId, features) => {
  const { scope } = await requirePermission(projectId, "edit");
  await saveFeatures(scope, features as z.input<typeof featureListSchema>);
  revalidatePath(`/${scope.projectId}`, "layout");
});
