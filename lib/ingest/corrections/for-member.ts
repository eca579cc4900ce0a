import { pool } from "@/lib/db/pool";
import { requireSettings } from "@/lib/projects/clients.queries";
import type { Scope } from "@/lib/scope";
import { correct, type Preview, preview } from "./correct";
import type { Correction } from "./correction";

/** Like `preview`, on behalf of the holder of the scope. */
export async function previewFor(scope: Scope, correction: Correction): Promise<Preview> {
  return preview(pool(), await requireSettings(scope), correction);
}

/** Like `correct`, on behalf of the holder of the scope. */
export async function correctFor(scope: Scope<"edit">, correction: Correction): Promise<void> {
  await correct(pool(), await requireSettings(scope), correction, { madeBy: scope.actor, now: Date.now() });
}
