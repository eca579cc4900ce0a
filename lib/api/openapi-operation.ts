import { z } from "zod";

/** The operations of the OpenAPI document, with the failures that all share. */

export type OpenApiObject = { [key: string]: unknown };

export const COMPONENTS = "#/components/schemas/";
export const schemaRef = (name: string) => ({ $ref: `${COMPONENTS}${name}` });
/** An operation with a JSON body. */
export const withBody = (described: OpenApiObject, body: string): OpenApiObject => ({
  ...described,
  requestBody: { required: true, content: { "application/json": { schema: schemaRef(body) } } },
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

export function describeOperation(
  operationId: string,
  summary: string,
  answer: string,
  query?: z.ZodObject,
): OpenApiObject {
  const failures = FAILURES.filter(([status]) => status !== "400" || query)
    .filter(([status]) => status !== "404" || !WITHOUT_404.includes(operationId))
    .filter(([status]) => status !== "422" || (query !== undefined && "filter" in query.shape));
  return {
    operationId,
    summary,
    ...(query && { parameters: parametersOf(query) }),
    responses: {
      "200": { description: summary, content: { "application/json": { schema: schemaRef(answer) } } },
      ...Object.fromEntries(
        failures.map(([status, description]) => [
          status,
          { description, content: { "application/json": { schema: schemaRef("Error") } } },
        ]),
      ),
    },
  };
}

function parametersOf(query: z.ZodObject): OpenApiObject[] {
  return Object.entries(query.shape).map(([name, schema]) => {
    const { $schema: _, description, ...type } = z.toJSONSchema(schema as z.ZodType, { io: "output" });
    return { name, in: "query", required: false, description, schema: type };
  });
}
