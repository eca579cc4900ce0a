import type { Feature } from "@/lib/features/rule";
import type { Scope } from "@/lib/scope";
import type { Subject } from "@/lib/segments/rule";
import { accountAdoptionOf, accountRetentionOf, adoptingAccounts } from "./account-adoption.queries";
import type { Asked } from "./adoption";
import { type Adoption, adopters, adoptionOf, type Retention, retentionOf } from "./adoption.queries";

/** `feature` undefined: no triangle. `now` in ms. */
export type AdoptionAsked = Asked & { of: Subject; features: readonly Feature[]; feature?: Feature; now: number };

/** Adoption by people or by accounts, and the triangle of one feature. */
export async function adoptionBy(
  scope: Scope,
  { of, features, feature, now, ...asked }: AdoptionAsked,
): Promise<{ adoption: Adoption; retention: Retention | null }> {
  if (of === "accounts") {
    const draw = await adoptingAccounts(scope, asked.segment, now);
    return {
      adoption: await accountAdoptionOf(scope, features, draw, asked),
      retention: feature ? await accountRetentionOf(scope, feature, draw, now) : null,
    };
  }
  const draw = await adopters(scope, asked.segment, now);
  return {
    adoption: await adoptionOf(scope, features, draw, asked),
    retention: feature ? await retentionOf(scope, feature, draw, now) : null,
  };
}
