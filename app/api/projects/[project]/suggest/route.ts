import { z } from "zod";
import type { Suggestions } from "@/components/filters/suggestions";
import { requireMemberApi } from "@/lib/auth/guard";
import { countryName } from "@/lib/format/place";
import { handle } from "@/lib/http/handle";
import type { Scope } from "@/lib/scope";
import { FACT_FIELDS } from "@/lib/segments/rule";
import {
  suggestAccountProperties,
  suggestEventProperties,
  suggestEvents,
  suggestEventValues,
  suggestFacts,
  suggestProperties,
  suggestValues,
} from "@/lib/segments/suggest.queries";
import type { SuggestedValue } from "@/lib/segments/suggest.types";
import { valid } from "@/lib/validate";

type Context = { params: Promise<{ project: string }> };

const text = z.string().max(255).default("");
const held = z.enum(["single", "item", "any"]).default("any");
const question = z.discriminatedUnion("of", [
  z.object({ of: z.literal("fields"), q: text }),
  z.object({ of: z.literal("accountFields"), q: text }),
  z.object({ of: z.literal("values"), key: text, held, q: text }),
  z.object({ of: z.literal("facts"), field: z.enum(FACT_FIELDS), q: text }),
  z.object({ of: z.literal("eventProperties"), event: text }),
  z.object({ of: z.literal("eventValues"), event: text, key: text, held, q: text }),
]);

/** Suggestions for the filter builder and the column chooser, from real data. */
export const GET = handle(async (request: Request, context: Context) => {
  const { scope } = await requireMemberApi((await context.params).project);
  const asked = valid(question, Object.fromEntries(new URL(request.url).searchParams));
  return Response.json(await answer(scope, asked));
});

async function answer(scope: Scope, asked: z.infer<typeof question>): Promise<Suggestions> {
  switch (asked.of) {
    case "fields": {
      const [properties, events] = await Promise.all([
        suggestProperties(scope, asked.q),
        suggestEvents(scope, asked.q),
      ]);
      return { properties, events };
    }
    case "accountFields":
      return { properties: await suggestAccountProperties(scope, asked.q) };
    case "values":
      return { values: await suggestValues(scope, asked.key, asked.q, asked.held) };
    case "eventProperties":
      return { properties: await suggestEventProperties(scope, asked.event) };
    case "eventValues": {
      const { event, key, q, held } = asked;
      const isCountry = key === "$country";
      const values = await suggestEventValues(scope, event, key, isCountry ? "" : q, held);
      return { values: isCountry ? byName(values, q) : values };
    }
    case "facts":
      return {
        values:
          asked.field === "country" ? await countries(scope, asked.q) : await suggestFacts(scope, asked.field, asked.q),
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
