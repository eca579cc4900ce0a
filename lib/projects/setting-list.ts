import type { z } from "zod";
import { originEntrySchema } from "@/lib/projects/origin";
import { domainSchema, nameOrNone, nameSchema } from "@/lib/projects/rule";
import { ACCOUNT_SETTINGS } from "./account-settings";
import {
  type Choice,
  choiceSetting,
  listSetting,
  numberSetting,
  type Setting,
  type SettingGroup,
  switchSetting,
  textSetting,
  toText,
} from "./setting-kinds";

/** The highest ceiling of what has rows of its own. */
const MAX_CEILING = 1_000_000_000;
/** Facts are worked out daily for whoever was active in the last 90 days; who is silent for longer is dormant. */
const MAX_DORMANT_DAYS = 90;

/**
 * Every setting of a project, described once. The form in Settings, `npm run admin -- set-project` and
 * PATCH /api/v1/project are made from this list; a key is the Prisma field of the column that holds the value.
 * To add one: a column with a default (schema.prisma and a migration), and an entry here.
 */
export const PROJECT_SETTINGS = {
  name: textSetting({
    group: "project",
    label: "Project name",
    hint: "What the project is called here.",
    required: true,
    schema: nameSchema("the project"),
  }),
  domain: textSetting({
    group: "project",
    label: "Domain",
    hint: "Only pages of this domain and its subdomains may send with the public key. Empty, with no other origin listed: any page may.",
    placeholder: "example.com",
    required: false,
    schema: domainSchema,
  }),
  allowedOrigins: listSetting({
    group: "project",
    label: "Other allowed origins",
    hint: "One per line: `https://app.example.org`, `https://*.example.org` for all subdomains, `capacitor://localhost` for an app, `*` for any. Servers that send the secret need no entry.",
    placeholder: "https://app.example.org\ncapacitor://localhost",
    entry: originEntrySchema,
  }),
  avatars: switchSetting({
    group: "project",
    label: "Show people's pictures",
    hint: "From the https address that `identify` sends as `avatar`: PNG, JPEG, GIF or WebP up to 512 KiB. Throughline fetches them, so the picture's host sees your server and not who looks at whom. Off: initials.",
  }),
  recognition: choiceSetting({
    group: "recognition",
    label: "How visitors are recognised before they log in",
    hint: "Applies to visits from now on; paste the snippet again afterwards.",
    choices: [
      {
        value: "device",
        title: "By a random id on their device",
        text: "Kept in the browser's own storage, no cookie. Somebody's whole history joins their story when they log in, however long ago it began. In the EU, ask for consent first.",
      },
      {
        value: "cookieless",
        title: "Without storing anything",
        text: "A number is derived from each visit with a secret that is destroyed after two days, so nobody can follow a visitor from day to day. Only the minutes before a login join the story.",
      },
    ],
  }),
  cookielessClaim: choiceSetting({
    group: "recognition",
    label: "What joins a user who logs in without a device id",
    hint: "Only for visitors recognised without storing anything.",
    choices: [
      { value: "30m", title: "30 minutes", text: "The half hour before and after the log-in." },
      { value: "day", title: "The day", text: "All of that day's visit from the same connection and browser." },
      { value: "off", title: "Nothing", text: "Only what is sent with a user id." },
    ],
  }),
  kiosk: switchSetting({
    group: "recognition",
    label: "Devices are shared terminals",
    hint: "A log-in claims the 30 minutes before it and nothing after it. For tablets in shops, library computers and the like.",
  }),
  requireSignedIdentify: switchSetting({
    group: "identity",
    label: "Accept only signed user ids",
    hint: "A user id from a page counts only with `hash`, the HMAC-SHA256 of the id made by your server with the signing secret below. Without it the message is kept as an anonymous one.",
  }),
  blockedIds: listSetting({
    group: "identity",
    label: "Ids to ignore",
    hint: "User and device ids that mean nobody, one per line, beside `null`, `undefined`, `guest` and their kin. Events keep coming in without the id. Applies from now on.",
    placeholder: "demo-user\n0000",
  }),
  ...ACCOUNT_SETTINGS,
  maxLatenessDays: numberSetting({
    group: "identity",
    label: "Oldest event to accept",
    hint: "Events that happened earlier are rejected. Imports with the secret are not limited by this.",
    min: 1,
    max: 3_650,
    unit: "days",
  }),
  signUpProperty: textSetting({
    group: "identity",
    label: "Property with the date of sign-up",
    hint: "Of people. Empty: `createdAt`, `signed_up_at` and their kin. Where there is none, the sign-up event counts, and then the first log-in on a device that was anonymous before.",
    placeholder: "createdAt",
    required: false,
    schema: nameOrNone,
  }),
  signUpEvent: textSetting({
    group: "identity",
    label: "Event of signing up",
    hint: "By its name. Empty: `signed_up`, `account_created` and their kin.",
    placeholder: "signed_up",
    required: false,
    schema: nameOrNone,
  }),
  masksPages: switchSetting({
    group: "storage",
    label: "Mask e-mail addresses and tokens",
    hint: "In page addresses, titles, referrers and links: `/users/ada@example.com` is stored as `/users/[email]`, a reset link as `/reset/[token]`.",
  }),
  keptParameters: listSetting({
    group: "storage",
    label: "Query parameters to keep",
    hint: "One per line, `*` at the end for anything. `utm_source` and its kin always stay; all others go, click ids such as `gclid` included, and so does whatever is called token, password or code.",
    placeholder: "ref\nplan\nf_*",
  }),
  deniedProperties: listSetting({
    group: "storage",
    label: "Properties never to store",
    hint: "Of events, people and companies, at any depth. A name with dots is one path. The event is stored without it.",
    placeholder: "password\ncard_number\naddress.street",
  }),
  notStored: listSetting({
    group: "storage",
    label: "Events and pages never to store",
    hint: "By the event's name, or by its page when the line starts with a slash. They are counted below, and that is all.",
    placeholder: "debug_*\n/admin/*\n/health",
  }),
  riskHorizonDays: numberSetting({
    group: "lifecycle",
    label: "Horizon of risk",
    hint: "Whether people come back is foretold for so many days. Choose twice as long as they usually stay away.",
    min: 3,
    max: 90,
    unit: "days",
  }),
  slippingGaps: numberSetting({
    group: "lifecycle",
    label: "Slipping after",
    hint: "Silence this many times as long as is usual for the person.",
    min: 1,
    max: 100,
    unit: "usual gaps",
  }),
  slippingMinDays: numberSetting({
    group: "lifecycle",
    label: "Never slipping before",
    hint: "Days of silence that mean nothing, however often somebody comes: a long weekend.",
    min: 1,
    max: 90,
    unit: "days",
  }),
  slippingMaxDays: numberSetting({
    group: "lifecycle",
    label: "Slipping at the latest after",
    hint: "However rarely somebody comes.",
    min: 1,
    max: 90,
    unit: "days",
  }),
  dormantGaps: numberSetting({
    group: "lifecycle",
    label: "Dormant after",
    hint: "Silence this many times as long as is usual for the person. Dormant follows slipping by a day at least.",
    min: 1,
    max: 100,
    unit: "usual gaps",
  }),
  dormantMinDays: numberSetting({
    group: "lifecycle",
    label: "Never dormant before",
    hint: "However often somebody comes.",
    min: 7,
    max: MAX_DORMANT_DAYS,
    unit: "days",
  }),
  dormantMaxDays: numberSetting({
    group: "lifecycle",
    label: "Dormant at the latest after",
    hint: "However rarely somebody comes. The higher of this and the minimum counts.",
    min: 7,
    max: MAX_DORMANT_DAYS,
    unit: "days",
  }),
  maxPeople: numberSetting({
    group: "ceilings",
    label: "User ids",
    hint: "Above it, what is sent for a user id that is not known yet is stored without a person.",
    min: 1,
    max: MAX_CEILING,
    unit: "",
  }),
  maxDevices: numberSetting({
    group: "ceilings",
    label: "Anonymous ids",
    hint: "Devices, and days of visitors recognised without storing anything. Above it, what a new one sends is stored without a visitor; known users stay known.",
    min: 1,
    max: MAX_CEILING,
    unit: "",
  }),
  maxAccounts: numberSetting({
    group: "ceilings",
    label: "Accounts",
    hint: "Above it, events are stored without the accounts that are not known yet.",
    min: 1,
    max: MAX_CEILING,
    unit: "",
  }),
  maxEventNames: numberSetting({
    group: "ceilings",
    label: "Event names",
    hint: "Above it, an event with a new name is stored as `(other)`, with its name in the property `__name`. Names with ids in them (`viewed_4711`) use this up: put the id into a property.",
    min: 1,
    max: 100_000,
    unit: "",
  }),
  maxProperties: numberSetting({
    group: "ceilings",
    label: "Names of people's properties",
    hint: "Above it, a property with a new name stays in its event and is not added to the person.",
    min: 1,
    max: 100_000,
    unit: "",
  }),
  maxPropertyMegabytes: numberSetting({
    group: "ceilings",
    label: "Property values",
    hint: "Of people, devices and accounts. Above it, a value that takes more room than before stays in its event.",
    min: 1,
    max: MAX_CEILING,
    unit: "MB",
  }),
  maxMegabytesPerHour: numberSetting({
    group: "ceilings",
    label: "Data an hour without the secret",
    hint: "Above it, pages and apps are told to send again later (429), which our SDKs do. Servers that send the secret are not counted. Counted per server process.",
    min: 1,
    max: 1_000_000,
    unit: "MB",
  }),
} satisfies Record<string, Setting>;

export type SettingKey = keyof typeof PROJECT_SETTINGS;
export type SettingValues = { [K in SettingKey]: z.output<(typeof PROJECT_SETTINGS)[K]["schema"]> };

export const SETTING_KEYS = Object.keys(PROJECT_SETTINGS) as SettingKey[];

/** The settings of one section of the Settings page, in the order of the list. */
export const settingsIn = (group: Setting["group"]): SettingKey[] =>
  SETTING_KEYS.filter((key) => PROJECT_SETTINGS[key].group === group);

/** A setting and its value as a form needs them: plain data that may cross to the browser. */
export type SettingField = Omit<Setting, "schema"> & {
  key: SettingKey;
  text: string;
  choices?: readonly Choice[];
  unit?: string;
  required?: boolean;
};

/** The fields of one section of the Settings page, with the values they hold now. */
export function fieldsOf(group: SettingGroup, values: SettingValues): SettingField[] {
  return settingsIn(group).map((key) => {
    const { schema: _, ...setting } = PROJECT_SETTINGS[key];
    return { ...setting, key, text: toText(values[key]) };
  });
}
