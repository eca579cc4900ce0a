import "server-only";
import { conversionNames, eventDisplays } from "@/lib/events/events.queries";
import type { Scope } from "@/lib/scope";
import { listAccountSegments, listSegments } from "@/lib/segments/segments.queries";

/** The segments and conversions that the form for groups of people offers. */
export async function readPeopleChoices(scope: Scope) {
  const [segments, displays] = await Promise.all([listSegments(scope), eventDisplays(scope)]);
  return { segments: segments.map(({ id, name }) => ({ id, name })), conversions: conversionNames(displays) };
}

/** The segments that the form for groups of accounts offers. */
export const readAccountChoices = async (scope: Scope) =>
  (await listAccountSegments(scope)).map(({ id, name }) => ({ id, name }));
