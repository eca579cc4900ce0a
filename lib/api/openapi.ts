import { z } from "zod";
import * as schemas from "./schemas";

type Document = { [key: string]: unknown };

const COMPONENTS = "#/components/schemas/";
const ref = (name: string) => ({ $ref: `${COMPONENTS}${name}` });
const refParameter = {
  name: "ref",
  in: "path",
  required: true,
  description:
    "Any id the person is known by: u:<user id> or a:<anonymous id>, percent-encoded (u%3Aalice%2F7 for the user id alice/7).",
  schema: { type: "string" },
  example: "u:alice",
};

/** The OpenAPI 3.1 document of the read API, made from the schemas its routes parse and answer with. */
export function openApiDocument(): Document {
  return {
    openapi: "3.1.0",
    info: {
      title: "Throughline read API",
      version: "1",
      description:
        "People, their timelines and their visits, for servers. Times are ISO 8601 in UTC with milliseconds. Lists are paged by cursor: pass `next` back as `cursor` until it is null.",
    },
    security: [{ clientId: [], clientSecret: [] }],
    paths: {
      "/api/v1/profiles": {
        get: operation("listProfiles", "People, newest last seen first", "ProfilePage", schemas.profilesQuery),
      },
      "/api/v1/profiles/{ref}": { parameters: [refParameter], get: operation("getProfile", "One person", "Profile") },
      "/api/v1/profiles/{ref}/events": {
        parameters: [refParameter],
        get: operation("listEvents", "A person's events by time", "EventPage", schemas.eventsQuery),
      },
      "/api/v1/profiles/{ref}/sessions": {
        parameters: [refParameter],
        get: operation("listSessions", "A person's visits, newest first", "SessionPage", schemas.sessionsQuery),
      },
    },
    components: { schemas: components(), securitySchemes },
  };
}

const securitySchemes = {
  clientId: {
    type: "apiKey",
    in: "header",
    name: "throughline-client-id",
    description: "A client of mode read or root.",
  },
  clientSecret: { type: "apiKey", in: "header", name: "throughline-client-secret" },
};

const FAILURES: readonly [status: string, description: string][] = [
  ["400", "A parameter cannot be read; `field` names it."],
  ["401", "No client id and secret, or wrong ones."],
  ["403", "The client's mode does not allow this."],
  ["404", "Nobody in this project has this ref."],
  ["503", "The database cannot be reached; try again after Retry-After seconds."],
];

function operation(operationId: string, summary: string, answer: string, query?: z.ZodObject): Document {
  const failures = FAILURES.filter(([status]) => status !== "400" || query).filter(
    ([status]) => status !== "404" || operationId !== "listProfiles",
  );
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

/** Every schema with an id, by that id. As input schemas, so that a client accepts fields we add later. */
function components(): Document {
  const registry = z.registry<{ id: string }>();
  for (const schema of Object.values(schemas)) {
    if (!(schema instanceof z.ZodObject)) continue;
    const id = schema.meta()?.id;
    if (id) registry.add(schema, { ...schema.meta(), id });
  }
  const made = z.toJSONSchema(registry, {
    io: "input",
    uri: (id) => `${COMPONENTS}${id}`,
    override: ({ jsonSchema }) => {
      if (jsonSchema.format) delete jsonSchema.pattern; // the format says it in fewer words
    },
  });
  return Object.fromEntries(
    Object.entries(made.schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]),
  );
}
