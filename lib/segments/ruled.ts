import type { Reader } from "@/lib/scope";
import { namedSegments } from "./compiled.queries";
import { conditionsOf, type Rule, segmentsIn } from "./rule";

/** Columns derived from others: rules about the sources are also rules about these. */
const MADE_OF: Partial<Record<string, string>> = { referrer: "source", utmSource: "source" };

/**
 * The subjects of the segments that a rule names, directly or through others: properties as "p:plan", events as
 * "e:export", columns by name. People in such a segment differ from others by these by definition.
 */
export async function ruledBy(scope: Reader, rule: Rule): Promise<ReadonlySet<string>> {
  const named = await namedSegments(scope, segmentsIn(rule));
  return new Set([...named.values()].flatMap((one) => (one.subject === "people" && one.rule ? keysIn(one.rule) : [])));
}

const keysIn = (rule: Rule): string[] =>
  conditionsOf(rule).flatMap((one) => {
    switch (one.kind) {
      case "property":
        return [`p:${one.key}`];
      case "did":
      case "firstDid":
        return [`e:${one.event}`];
      case "fact":
        return [one.field, MADE_OF[one.field] ?? one.field];
      default:
        return [];
    }
  });
