import * as accountSchemas from "./account-schemas";
import { describeOperation, type OpenApiObject, schemaRef, withBody } from "./openapi-operation";

const accountParameter = {
  name: "id",
  in: "path",
  required: true,
  description: "Any id of the account, percent-encoded.",
  schema: { type: "string" },
};

/** Corrections of accounts, answered with the accounts that they affect. */
const ACCOUNT_CHANGES = [
  { path: "merge", summary: "Another id is the same account", body: "AccountMerge" },
  { path: "unmerge", summary: "Undo a merge: split this id off", body: "AccountMerge" },
  { path: "unassign", summary: "A person no longer belongs to the account", body: "AccountLeaving" },
  { path: "reassign", summary: "Undo an unassign", body: "AccountLeaving" },
] as const;

/** The OpenAPI document's paths for accounts. */
export function accountPaths(): OpenApiObject {
  return {
    "/api/v1/accounts": {
      get: describeOperation(
        "listAccounts",
        "Accounts, newest last seen first",
        "AccountPage",
        accountSchemas.accountsQuerySchema,
      ),
    },
    "/api/v1/accounts/{id}": {
      parameters: [accountParameter],
      get: describeOperation("getAccount", "One account", "Account"),
      patch: withRefusableBody(
        describeOperation("changeAccount", "Sets or removes its name, type and properties", "Accounts"),
        {
          body: "AccountChanges",
          refusal: ["422", "The project denies a property, or a limit is reached."],
        },
      ),
      delete: describeOperation("eraseAccount", "Erases an account for good; its people stay", "Accounts"),
    },
    "/api/v1/accounts/{id}/people": {
      parameters: [accountParameter],
      get: describeOperation(
        "listAccountPeople",
        "People who belong or belonged to an account, most recently active first",
        "AccountPersonPage",
        accountSchemas.accountPeopleQuerySchema,
      ),
    },
    ...Object.fromEntries(
      ACCOUNT_CHANGES.map(({ path, summary, body }) => [
        `/api/v1/accounts/{id}/${path}`,
        {
          parameters: [accountParameter],
          post: withRefusableBody(describeOperation(`${path}Account`, summary, "Accounts"), {
            body,
            refusal: ["409", "The account would have more than 100 ids."],
          }),
        },
      ]),
    ),
  };
}

/** An operation with a JSON body, which may be unreadable or be refused with the status in `refusal`. */
function withRefusableBody(
  described: OpenApiObject,
  { body, refusal: [status, description] }: { body: string; refusal: readonly [string, string] },
): OpenApiObject {
  const failure = { content: { "application/json": { schema: schemaRef("Error") } } };
  const { responses, ...rest } = described as { responses: OpenApiObject };
  return {
    ...withBody(rest, body),
    responses: {
      ...responses,
      "400": { description: "The body cannot be read; `field` names what is wrong.", ...failure },
      [status]: { description, ...failure },
    },
  };
}
