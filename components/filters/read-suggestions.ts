import "server-only";
import { z } from "zod";
import type { Suggestions } from "@/components/filters/suggestions";
import { countryName } from "@/lib/format/place";
import type { Scope } from "@/lib/scope";
import { FACT_FIELDS } from "@/lib/segments/rule";
import {
  suggestAccountProperties,
  suggestAccountValues,
  suggestEventProperties,
  suggestEvents,
  suggestEventValues,
  suggestFacts,
  suggestProperties,
  suggestValues,
} from "@/lib/segments/suggest.queries";
import type { SuggestedValue } from "@/lib/segments/suggest.types";

const text = z.string().max(255).default("");
const held = z.enum(["single", "item", "any"]).default("any");
/** Queries of the filter builder and the column chooser. */
export const suggestionQuerySchema = z.discriminatedUnion("of", [
  z.object({ of: z.literal("fields"), q: text }),
  z.object({ of: z.literal("accountFields"), q: text }),
  z.object({ of: z.literal("values"), key: text, held, q: text }),
  z.object({ of: z.literal("accountValues"), key: text, held, q: text }),
  z.object({ of: z.literal("facts"), field: z.enum(FACT_FIELDS), q: text }),
  z.object({ of: z.literal("eventProperties"), event: text }),
  z.object({ of: z.literal("eventValues"), event: text, key: text, held, q: text }),
]);

/** The options, from real data. */
export async function readSuggestions(
  scope: Scope,
  query: z.infer<typeof suggestionQuerySchema>,
): Promise<Suggestions> {
  switch (query.of) {
    case "fields": {
      const read = [suggestProperties(scope, query.q), suggestAccountProperties(scope, query.q)] as const;
      const [properties, accountProperties] = await Promise.all(read);
      return { properties, accountProperties, events: await suggestEvents(scope, query.q) };
    }
    case "accountFields":
      return { properties: await suggestAccountProperties(scope, query.q) };
    case "values":
      return { values: await suggestValues(scope, query.key, query.q, query.held) };
    case "accountValues":
      return { values: await suggestAccountValues(scope, query.key, query.q, query.held) };
    case "eventProperties":
      return { properties: await suggestEventProperties(scope, query.event) };
    case "eventValues": {
      const { event, key, q, held } = query;
      const isCountry = key === "$country";
      const values = await suggestEventValues(scope, event, key, isCountry ? "" : q, held);
      return { values: isCountry ? byName(values, q) : values };
    }
    case "facts":
      return {
        values:
          query.field === "country" ? await countries(scope, query.q) : await suggestFacts(scope, query.field, query.q),
      };
  }
}

/** Countries are stored by code and searched by name. */
async function countries(scope: Scope, fragment: string) {
  return byName(await suggestFacts(scope, "country"), fragment);
}

function byName(values: SuggestedValue[], fragment: string) {
  return values
    .map((one) => ({ ...one, label: countryName(one.value) ?? one.value }))
    .filter(({ label, value }) => `${label} ${value}`.toLowerCase().includes(fragment.toLowerCase()));
}
