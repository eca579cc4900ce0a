import { z } from "zod";

/** The operations of the OpenAPI document, with the failures that all share. */

export type Document = { [key: string]: unknown };

export const COMPONENTS = "#/components/schemas/";
export const ref = (name: string) => ({ $ref: `${COMPONENTS}${name}` });
/** An operation with a JSON body. */
export const withBody = (described: Document, body: string): Document => ({
  ...described,
  requestBody: { required: true, content: { "application/json": { schema: ref(body) } } },
});

const FAILURES: readonly [status: string, description: string][] = [
  ["400", "A parameter cannot be read; `field` names it."],
  ["401", "No client id and secret, or wrong ones."],
  ["403", "The client's mode does not allow this."],
  ["404", "The project has no person with this ref, or no account, segment or erasure with this id."],
  ["422", "The filter names a segment that no longer exists, or asks too much."],
  ["503", "The database cannot be reached; try again after Retry-After seconds."],
];

/** The operations without a 404, as they name nothing that could be missing. */
const WITHOUT_404 = [
  "getLifecycle",
  "getAdoption",
  "getJourneys",
  "listProfiles",
  "listAccounts",
  "compareGroups",
  "listSegments",
  "getProject",
  "changeProject",
  "rotateIdentifySecret",
  "eraseProfiles",
];

export function operation(operationId: string, summary: string, answer: string, query?: z.ZodObject): Document {
  const failures = FAILURES.filter(([status]) => status !== "400" || query)
    .filter(([status]) => status !== "404" || !WITHOUT_404.includes(operationId))
    .filter(([status]) => status !== "422" || (query !== undefined && "filter" in query.shape));
  return {
    operationId,
    summary,
    ...(query && { parameters: parametersOf(query) }),
    responses: {
      "200": { description: summary, content: { "application/json": { schema: ref(answer) } } },
      ...Object.fromEntries(
        failures.map(([status, description]) => [
          status,
          { description, content: { "application/json": { schema: ref("Error") } } },
        ]),
      ),
    },
  };
}

function parametersOf(query: z.ZodObject): Document[] {
  return Object.entries(query.shape).map(([name, schema]) => {
    const { $schema: _, description, ...type } = z.toJSONSchema(schema as z.ZodType, { io: "output" });
    return { name, in: "query", required: false, description, schema: type };
  });
}
