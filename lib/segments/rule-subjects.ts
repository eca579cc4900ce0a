import type { Reader } from "@/lib/scope";
import { conditionsOf, type Rule } from "./rule";
import { namedSegments } from "./segments.queries";

/** Columns that the key is part of: a rule about the key is also a rule about these. */
const PART_OF: Partial<Record<string, string>> = { referrer: "source", utmSource: "source" };

/**
 * The subjects of the rules of the segments that a rule names, directly or through others: properties as "p:plan",
 * events as "e:export", columns by name. By definition, people in such a segment differ from others in these.
 */
export async function ruleSubjects(scope: Reader, rule: Rule): Promise<ReadonlySet<string>> {
  const named = await namedSegments(scope, { subject: "people", rule });
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
        return [one.field, PART_OF[one.field] ?? one.field];
      default:
        return [];
    }
  });
