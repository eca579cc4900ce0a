import { z } from "zod";
import { accountChoiceSchema } from "@/lib/comparison/account-groups";
import { choiceSchema } from "@/lib/comparison/choice";
import * as accountSchemas from "./account-schemas";
import * as adoptionSchemas from "./adoption-schemas";
import * as erasureSchemas from "./erasures";
import * as featureSchemas from "./feature-schemas";
import * as identitySchemas from "./identity-schemas";
import * as insightSchemas from "./insight-schemas";
import * as journeySchemas from "./journey-schemas";
import * as lifecycleSchemas from "./lifecycle-schemas";
import { accountPaths } from "./openapi-accounts";
import { COMPONENTS, describeOperation, type OpenApiObject, schemaRef, withBody } from "./openapi-operation";
import * as personFileSchemas from "./person-file-schemas";
import * as projectSchemas from "./project-schemas";
import * as riskSchemas from "./risk-schemas";
import * as schemas from "./schemas";
import * as segmentSchemas from "./segment-schemas";

const refParameter = {
  name: "ref",
  in: "path",
  required: true,
  description:
    "Any id of the person: u:<user id> or a:<anonymous id>, percent-encoded (u%3Aalice%2F7 for the user id alice/7).",
  schema: { type: "string" },
  example: "u:alice",
};

const erasureParameter = { name: "id", in: "path", required: true, schema: { type: "string", format: "uuid" } };

/** An operation that answers with a CSV file. */
const asCsv = ({ responses, ...described }: OpenApiObject): OpenApiObject => ({
  ...described,
  responses: { ...(responses as OpenApiObject), "200": { description: "A CSV file.", content: { "text/csv": {} } } },
});

const segmentParameter = { name: "id", in: "path", required: true, schema: { type: "string", format: "uuid" } };

/** The OpenAPI 3.1 document of the API, generated from the schemas of its routes. */
export function openApiDocument(): OpenApiObject {
  return {
    openapi: "3.1.0",
    info: {
      title: "Throughline API",
      version: "1",
      description:
        "People, their timelines, their visits and their identities, for servers. Reading requires a client of mode read or root, changing one of mode write or root, always with its secret. Times are ISO 8601 in UTC with milliseconds. Lists are paginated by cursor: pass `next` as `cursor` until it is null.",
    },
    security: [{ clientId: [], clientSecret: [] }],
    paths: {
      "/api/v1/profiles": {
        get: describeOperation(
          "listProfiles",
          "People, newest last seen first",
          "ProfilePage",
          schemas.profilesQuerySchema,
        ),
      },
      "/api/v1/profiles/{ref}": {
        parameters: [refParameter],
        get: describeOperation("getProfile", "One person", "Profile"),
        delete: describeOperation(
          "eraseProfile",
          "Erases a person for good",
          "Receipt",
          erasureSchemas.eraseQuerySchema,
        ),
      },
      "/api/v1/profiles/{ref}/events": {
        parameters: [refParameter],
        get: describeOperation(
          "listEvents",
          "A person's events in order of time",
          "EventPage",
          schemas.eventsQuerySchema,
        ),
      },
      "/api/v1/profiles/{ref}/sessions": {
        parameters: [refParameter],
        get: describeOperation(
          "listSessions",
          "A person's visits, newest first",
          "SessionPage",
          schemas.sessionsQuerySchema,
        ),
      },
      "/api/v1/profiles/{ref}/export": {
        parameters: [refParameter],
        get: describeOperation(
          "exportProfile",
          "Everything stored about a person",
          "PersonFile",
          personFileSchemas.exportQuerySchema,
        ),
      },
      "/api/v1/erasures": {
        post: withBody(
          describeOperation("eraseProfiles", "Erases many people for good, in the background", "Erasures"),
          "ErasuresRequest",
        ),
      },
      "/api/v1/erasures/{id}": {
        parameters: [erasureParameter],
        get: describeOperation("getErasure", "Progress of an erasure of many people", "BulkErasure"),
      },
      "/api/v1/erasures/{id}/receipts": {
        parameters: [erasureParameter],
        get: asCsv(describeOperation("listReceipts", "The receipts of an erasure of many people", "BulkErasure")),
      },
      "/api/v1/profiles/{ref}/features": {
        parameters: [refParameter],
        get: describeOperation("listFeatureUses", "Which features a person has tried, and which not", "FeatureUses"),
      },
      "/api/v1/profiles/{ref}/identities": {
        parameters: [refParameter],
        get: describeOperation("listIdentities", "Every id and device of a person, and why", "IdentityList"),
      },
      ...accountPaths(),
      "/api/v1/segments": { get: describeOperation("listSegments", "Saved rules and lists, by name", "SegmentList") },
      "/api/v1/segments/{id}/profiles": {
        parameters: [segmentParameter],
        get: describeOperation(
          "listSegmentProfiles",
          "The people who are in a segment now",
          "ProfilePage",
          schemas.profilesQuerySchema,
        ),
      },
      "/api/v1/segments/{id}/accounts": {
        parameters: [segmentParameter],
        get: describeOperation(
          "listSegmentAccounts",
          "The accounts that are in a segment of accounts now",
          "AccountPage",
          accountSchemas.accountsQuerySchema,
        ),
      },
      "/api/v1/insights/lifecycle": {
        get: describeOperation(
          "getLifecycle",
          "How many people are in which state, week by week",
          "Lifecycle",
          lifecycleSchemas.lifecycleQuerySchema,
        ),
      },
      "/api/v1/insights/risk": {
        get: describeOperation(
          "getRisk",
          "People going quiet, or accounts at risk, and how well that was predicted before",
          "Risk",
          riskSchemas.riskQuerySchema,
        ),
      },
      "/api/v1/insights/adoption": {
        get: describeOperation(
          "getAdoption",
          "How many people used each feature",
          "Adoption",
          adoptionSchemas.adoptionQuerySchema,
        ),
      },
      "/api/v1/insights/journeys": {
        get: describeOperation(
          "getJourneys",
          "How people came from their first visit to signing up or to an event",
          "Journeys",
          journeySchemas.journeysQuerySchema,
        ),
      },
      "/api/v1/insights/compare": {
        get: describeOperation(
          "compareGroups",
          "What makes two groups of people different",
          "Comparison",
          choiceSchema,
        ),
      },
      "/api/v1/insights/compare/accounts": {
        get: describeOperation(
          "compareAccounts",
          "What makes two groups of accounts different",
          "Comparison",
          accountChoiceSchema,
        ),
      },
      "/api/v1/project": {
        get: describeOperation("getProject", "The project's settings", "Project"),
        patch: withBody(
          describeOperation("changeProject", "Changes some of the project's settings", "Project"),
          "ProjectChanges",
        ),
      },
      "/api/v1/project/identify-secret": {
        post: describeOperation(
          "rotateIdentifySecret",
          "A new secret for signing user ids; the old one stops working",
          "IdentifySecret",
        ),
      },
      ...Object.fromEntries(
        CORRECTIONS.map((change) => [`/api/v1/profiles/{ref}/${change.path}`, correctionPath(change)]),
      ),
    },
    components: { schemas: components(), securitySchemes },
  };
}

type Change = { path: string; summary: string; body: string };
const CORRECTIONS: readonly Change[] = [
  { path: "alias", summary: "Another user id is the same person", body: "AliasRequest" },
  { path: "unalias", summary: "Undo an alias: split this user id off", body: "AliasRequest" },
  { path: "split", summary: "Some of the user ids are somebody else", body: "SplitRequest" },
  { path: "detach", summary: "A device is not this person's", body: "DeviceRequest" },
  { path: "attach", summary: "Undo a detach", body: "DeviceRequest" },
];

/** The path of a correction of who is who, answered with everybody whom it affects. */
function correctionPath({ path, summary, body }: Change): OpenApiObject {
  const { responses, ...described } = describeOperation(`${path}Profile`, summary, "People") as {
    responses: OpenApiObject;
  };
  const failure = { content: { "application/json": { schema: schemaRef("Error") } } };
  return {
    parameters: [refParameter],
    post: {
      ...described,
      requestBody: { required: true, content: { "application/json": { schema: schemaRef(body) } } },
      responses: {
        ...responses,
        "400": { description: "The body cannot be read; `field` names what is wrong.", ...failure },
        "409": { description: "A person would get more than 100 user ids, or an id was erased for good.", ...failure },
      },
    },
  };
}

const securitySchemes = {
  clientId: {
    type: "apiKey",
    in: "header",
    name: "throughline-client-id",
    description: "A client of mode read or root to read, of mode write or root to change.",
  },
  clientSecret: { type: "apiKey", in: "header", name: "throughline-client-secret" },
};

/** The schemas with an id, by that id. As input schemas, so that a client accepts fields that we add later. */
function components(): OpenApiObject {
  const registry = z.registry<{ id: string }>();
  for (const schema of Object.values({
    ...schemas,
    ...accountSchemas,
    ...identitySchemas,
    ...insightSchemas,
    ...segmentSchemas,
    ...personFileSchemas,
    ...erasureSchemas,
    ...projectSchemas,
    ...lifecycleSchemas,
    ...riskSchemas,
    ...featureSchemas,
    ...journeySchemas,
    ...adoptionSchemas,
  })) {
    if (!(schema instanceof z.ZodObject)) continue;
    const id = schema.meta()?.id;
    if (id) registry.add(schema, { ...schema.meta(), id });
  }
  const generated = z.toJSONSchema(registry, {
    io: "input",
    uri: (id) => `${COMPONENTS}${id}`,
    override: ({ jsonSchema }) => {
      if (jsonSchema.format) delete jsonSchema.pattern; // the format says it more briefly
    },
  });
  return Object.fromEntries(
    Object.entries(generated.schemas).map(([id, { $schema: _, $id: __, ...schema }]) => [id, schema]),
  );
}
