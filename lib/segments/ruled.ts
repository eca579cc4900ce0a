import type { Scope } from "@/lib/scope";
import { namedSegments } from "./compiled.queries";
import { conditionsOf, type Rule } from "./rule";

/** Columns shown that are made of others: a rule about those is a rule about these. */
const MADE_OF: Partial<Record<string, string>> = { referrer: "source", utmSource: "source" };

/**
 * What the segments that a rule names, directly or through others, ask about people: properties as "p:plan", events as
 * "e:export", columns by name. People of such a segment differ from others by these, whatever else they are.
 */
export async function ruledBy(scope: Pick<Scope, "projectId">, rule: Rule): Promise<ReadonlySet<string>> {
  const named = await namedSegments(scope, rule);
  return new Set([...named.values()].flatMap((one) => (one ? keysIn(one) : [])));
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
