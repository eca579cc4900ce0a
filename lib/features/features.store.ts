import sql from "sql-template-tag";
import { prisma } from "@/lib/db/prisma";
import { newId } from "@/lib/ids";
import { withoutStandIns } from "@/lib/reading/stand-ins";
import type { Scope } from "@/lib/scope";
import { parseInput } from "@/lib/validate";
import { type FeatureListInput, featureListSchema } from "./rule";

/**
 * Replaces the project's features, in this order; an empty list restores the suggestions. Ids that the project does not
 * know are replaced by new ones. Throws unprocessable. If two members save at once, the later list wins.
 */
export async function saveFeatures(scope: Scope<"edit">, input: FeatureListInput): Promise<void> {
  const { projectId } = scope;
  const features = withoutStandIns(scope, parseInput(featureListSchema, input));
  await prisma().$transaction(async (tx) => {
    await tx.$queryRaw(sql`SELECT pg_advisory_xact_lock(hashtextextended('features ' || ${projectId}, 0))::text`);
    const known = new Set(
      (await tx.feature.findMany({ where: { projectId }, select: { id: true } })).map(({ id }) => id),
    );
    await tx.feature.deleteMany({ where: { projectId } });
    await tx.feature.createMany({
      data: features.map(({ id, name, events }, position) => ({
        projectId,
        id: known.delete(id) ? id : newId(),
        name,
        events,
        position,
      })),
    });
  });
}
