import { pool } from "@/lib/db/pool";
import { AppError } from "@/lib/errors";
import { requireSettings } from "@/lib/projects/clients.store";
import type { Scope } from "@/lib/scope";
import { correct, type Preview, preview } from "./correct";
import type { Correction } from "./correction";

/** Corrections reveal whether an id exists, so only members who see names may make them. */
function requireSight({ sight }: Scope): void {
  if (!sight.masked) return;
  throw new AppError("forbidden", "Only members who see names may merge and separate people. Ask an owner or admin.");
}

/** Like `preview`, on behalf of the holder of the scope. */
export async function previewFor(scope: Scope, correction: Correction): Promise<Preview> {
  requireSight(scope);
  return preview(pool(), await requireSettings(scope), correction);
}

/** Like `correct`, on behalf of the holder of the scope. */
export async function correctFor(scope: Scope<"edit">, correction: Correction): Promise<void> {
  requireSight(scope);
  await correct(pool(), await requireSettings(scope), correction, { madeBy: scope.actor, now: Date.now() });
}
