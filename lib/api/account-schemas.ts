import { z } from "zod";
import { HEALTH_STATES } from "@/lib/accounts/health";
import { ACCOUNT_SORTS, ACCOUNT_TABS } from "@/lib/accounts/types";
import { isShortId } from "@/lib/format/id-length";
import { STATES } from "@/lib/lifecycle/states";
import { profilesQuerySchema, sessionsQuerySchema } from "./schemas";

/** The API's schemas for accounts; see schemas.ts. */

const time = z.iso.datetime({ precision: 3 });
const text = z.string().nullable();
const count = z.int().min(0);
const accountId = z.string().min(1).refine(isShortId, "At most 255 characters.");

export const accountsQuerySchema = z.object({
  tab: z
    .enum(ACCOUNT_TABS, `One of ${ACCOUNT_TABS.join(", ")}.`)
    .default("all")
    .describe(
      "quiet, growing, new: by health. internal: accounts of your own team and test accounts, which every other tab leaves out.",
    ),
  search: profilesQuerySchema.shape.search.describe(
    "Part of an id, a name, a domain or a property value; case-insensitive.",
  ),
  filter: z
    .string()
    .max(8_000, "At most 8,000 characters.")
    .optional()
    .describe("A rule over accounts, in the syntax of the accounts list's URL: and(health(oneOf,quiet))."),
  sort: z
    .string()
    .max(300, "At most 300 characters.")
    .optional()
    .describe(
      `A column (${ACCOUNT_SORTS.join(", ")}) or a property (p:plan); a leading - sorts in descending order. Accounts without a value come last. Default -lastSeen.`,
    ),
  limit: sessionsQuerySchema.shape.limit,
  cursor: sessionsQuerySchema.shape.cursor,
});

export const accountPeopleQuerySchema = z.object({
  limit: sessionsQuerySchema.shape.limit,
  cursor: sessionsQuerySchema.shape.cursor,
});

export const accountSchema = z
  .object({
    id: accountId.describe("For a merged account, the smallest of its ids. Percent-encode it in a URL."),
    name: text,
    type: text,
    domain: text,
    people: count.describe("People who belong to it now."),
    active7: count.describe("Its people who were active in the last 7 days."),
    active30: count,
    events30: count.describe("Activity of its people in the last 30 days, while they belonged to it."),
    weekPeople: z
      .array(count)
      .describe("Active people in each of the last twelve weeks, oldest first; the last week is not over."),
    featuresUsed: count.describe(
      "How many of the project's features they use; before it names any, distinct event names without page views and visits.",
    ),
    firstSeen: time.nullable(),
    lastSeen: time.nullable(),
    revenue: z.int().describe("Minor units (cents)."),
    health: z.enum(HEALTH_STATES),
    healthReason: z.string(),
    state: z.enum(STATES).nullable().describe("Its lifecycle state, by its active days; null before the first."),
    risk: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .describe("Probability that none of its people comes back within the project's horizon."),
    isInternal: z.boolean().describe("Your own team's or a test account: not in any other count."),
    properties: z.record(z.string(), z.unknown()).describe("By dotted path."),
  })
  .meta({ id: "Account", description: "A company; a second or two behind incoming events." });

export const accountPersonSchema = z
  .object({
    ref: z.string().describe("u:<user id> or a:<anonymous id>."),
    name: text,
    reasons: z.array(z.enum(["event", "property", "domain"])).describe("Why they belong to it."),
    since: time,
    until: time.nullable().describe("null: still a member."),
    events: count.describe("Their activity while they belonged to it."),
    lastAt: time.nullable(),
  })
  .meta({ id: "AccountPerson", description: "A person who belongs or belonged to an account." });

const next = z.string().nullable().describe("Pass it as `cursor` to get the next page; null on the last page.");
export const accountPageSchema = z.object({ data: z.array(accountSchema), next }).meta({ id: "AccountPage" });
export const accountPersonPageSchema = z
  .object({ data: z.array(accountPersonSchema), next })
  .meta({ id: "AccountPersonPage" });
export const accountsSchema = z
  .object({ data: z.array(accountSchema).describe("The current state. Empty for a write key, which cannot read.") })
  .meta({ id: "Accounts" });

export const accountChangesSchema = z
  .strictObject({
    name: z.string().min(1).max(255).nullable().optional().describe("null removes it."),
    type: z.string().min(1).max(255).nullable().optional(),
    properties: z.record(z.string().min(1).max(255), z.unknown()).optional().describe("null removes one."),
  })
  .refine((changes) => Object.keys(changes).length > 0, "Send name, type or properties.")
  .meta({ id: "AccountChanges" });

export const mergeBodySchema = z
  .strictObject({ accountId: accountId.describe("The other id of the account.") })
  .meta({ id: "AccountMerge" });

export const leavingBodySchema = z
  .strictObject({
    ref: z.string().min(3).max(1_002).describe("The person: u:<user id> or a:<anonymous id>."),
    until: time.optional().describe("When they left. Default: now."),
  })
  .meta({ id: "AccountLeaving" });
