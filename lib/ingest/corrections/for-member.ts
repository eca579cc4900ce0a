import { pool } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { requireProjectSettings } from "@/lib/projects/clients.store";
import type { Scope } from "@/lib/scope";
import { applyCorrection, type CorrectionPreview, previewCorrection } from "./apply-correction";
import type { Correction } from "./correction";

/** Corrections reveal whether an id exists, so only members who see names may make them. */
function requireSight({ sight }: Scope): void {
  if (!sight.masked) return;
  throw new AppError("forbidden", "Only members who see names may merge and separate people. Ask an owner or admin.");
}

/** Like `previewCorrection`, on behalf of the holder of the scope. */
export async function previewCorrectionFor(scope: Scope, correction: Correction): Promise<CorrectionPreview> {
  requireSight(scope);
  return previewCorrection(pool(), await requireProjectSettings(scope), correction);
}

/** Like `applyCorrection`, on behalf of the holder of the scope. */
export async function applyCorrectionFor(scope: Scope<"edit">, correction: Correction): Promise<void> {
  requireSight(scope);
  await applyCorrection(pool(), await requireProjectSettings(scope), correction, {
    madeBy: scope.actor,
    now: Date.now(),
  });
}
