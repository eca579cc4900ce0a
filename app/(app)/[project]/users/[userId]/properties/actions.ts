"use server";

import { refresh } from "next/cache";
import { z } from "zod";
import { requirePermission } from "@/lib/auth/guard";
import { changeAction, textSchema } from "@/lib/http/action";
import { setPin } from "@/lib/pins/pins.store";

/** Pins or unpins a property for everyone in the project: project, key, pinned. */
export const pinAction = changeAction(
  z.tuple([textSchema, textSchema, z.boolean()]),
  async (projectId, key, pinned) => {
    const { scope } = await requirePermission(projectId, "edit", "pin");
    await setPin(scope, key, pinned);
    refresh();
  },
);
