import { domainEntrySchema, optionalNameSchema, propertyValueSchema, segmentIdSchema } from "@/lib/projects/schemas";
import { listSetting, switchSetting, textSetting } from "./setting-kinds";

/** How accounts are found, and who is excluded from their figures; part of PROJECT_SETTINGS. */
export const ACCOUNT_SETTINGS = {
  accountProperty: textSetting({
    group: "accounts",
    label: "Property that holds the company's id",
    hint: "A property of people: somebody identified with `companyId: 42` belongs to the account 42 until the property changes. Empty: accounts only come from `group`, `assign_group` and events' groups. Also applies to stored data.",
    placeholder: "companyId",
    required: false,
    schema: optionalNameSchema,
  }),
  accountByDomain: switchSetting({
    group: "accounts",
    label: "Companies by e-mail domain",
    hint: "Somebody identified with `ada@acme.com` belongs to the account acme.com. Free providers such as gmail.com are left out. Also applies to stored data.",
  }),
  internalPeople: listSetting({
    group: "accounts",
    label: "People of your own team",
    hint: "User ids or e-mail addresses, one per line. They are left out of every count and list, and shown on the tab “Own team and tests” of Users.",
    placeholder: "u_1\nada@ourcompany.com",
  }),
  internalDomains: listSetting({
    group: "accounts",
    label: "E-mail domains of your own team",
    hint: "One per line, subdomains included.",
    placeholder: "ourcompany.com",
    entry: domainEntrySchema,
  }),
  internalProperties: listSetting({
    group: "accounts",
    label: "Properties of your own team and test users",
    hint: "Properties of people, as `property=value`, one per line: `role=staff`, `test=true`.",
    placeholder: "role=staff\ntest=true",
    entry: propertyValueSchema,
  }),
  internalSegments: listSetting({
    group: "accounts",
    label: "Segments of your own team and test users",
    hint: "Ids of segments, one per line; a segment's page adds its own. A rule about states, risk or companies has no effect here, because these leave the own team out anyway.",
    placeholder: "0192f4c1-7d5e-7000-8000-000000000000",
    entry: segmentIdSchema,
  }),
  internalAccounts: listSetting({
    group: "accounts",
    label: "Your own company and test accounts",
    hint: "Ids of accounts, one per line; an account’s Manage tab adds its own. Everybody who belongs to one now is left out, too.",
    placeholder: "our-company\ntest",
  }),
};
