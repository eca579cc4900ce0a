import type { z } from "zod";
import { originEntrySchema } from "@/lib/projects/origin";
import { domainSchema, nameSchema, optionalNameSchema } from "@/lib/projects/schemas";
import { ACCOUNT_SETTINGS } from "./account-settings";
import { RETENTION_SETTINGS } from "./retention-settings";
import {
  choiceSetting,
  listSetting,
  numberSetting,
  type Setting,
  type SettingChoice,
  type SettingGroup,
  settingToText,
  switchSetting,
  textSetting,
} from "./setting-kinds";
import { SIGHT_SETTINGS } from "./sight-settings";

/** The highest ceiling for things that have rows of their own. */
const MAX_CEILING = 1_000_000_000;
/** Facts are recomputed daily for everybody active in the last 90 days; anybody silent for longer is dormant. */
const MAX_DORMANT_DAYS = 90;

/**
 * Every setting of a project, described once. The form in Settings, `npm run admin -- set-project` and PATCH
 * /api/v1/project are generated from this list; a key is the Prisma field of the column that holds the value. To add
 * one: a column with a default (schema.prisma and a migration), and an entry here.
 */
export const PROJECT_SETTINGS = {
  name: textSetting({
    group: "project",
    label: "Project name",
    hint: "The project's name in Throughline.",
    required: true,
    schema: nameSchema("the project"),
  }),
  domain: textSetting({
    group: "project",
    label: "Domain",
    hint: "Only pages on this domain and its subdomains may send with the public key. If it is empty and no other origin is listed, any page may.",
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
    hint: "From the https URL that `identify` sends as `avatar`: PNG, JPEG, GIF or WebP up to 512 KiB. Throughline fetches them, so the picture's host sees your server and not who looks at whom. If this is off, initials are shown.",
  }),
  recognition: choiceSetting({
    group: "recognition",
    label: "How visitors are recognised before they log in",
    hint: "Applies to visits from now on; paste the snippet again afterwards.",
    choices: [
      {
        value: "device",
        title: "By a random id on their device",
        text: "Kept in the browser's own storage, no cookie. When somebody logs in, their whole history on the device becomes part of their timeline, however long ago it began. In the EU, ask for consent first.",
      },
      {
        value: "cookieless",
        title: "Without storing anything",
        text: "An id is derived from each visit with a secret that is destroyed after two days, so nobody can follow a visitor from day to day. When somebody logs in, only the minutes before that become part of their timeline.",
      },
    ],
  }),
  cookielessClaim: choiceSetting({
    group: "recognition",
    label: "What a log-in claims without a device id",
    hint: "Only for visitors recognised without storing anything.",
    choices: [
      { value: "30m", title: "30 minutes", text: "The half hour before and after the log-in." },
      { value: "day", title: "The day", text: "Everything from the same connection and browser on that day." },
      { value: "off", title: "Nothing", text: "Only events sent with a user id." },
    ],
  }),
  kiosk: switchSetting({
    group: "recognition",
    label: "Devices are shared terminals",
    hint: "A log-in claims the 30 minutes before it and nothing after it. For tablets in shops, library computers and similar devices.",
  }),
  requireSignedIdentify: switchSetting({
    group: "identity",
    label: "Accept only signed user ids",
    hint: "A user id from a page only counts with `hash`, the HMAC-SHA256 of the id, computed by your server with the signing secret below. Without it the message is stored as anonymous.",
  }),
  blockedIds: listSetting({
    group: "identity",
    label: "Ids to ignore",
    hint: "User and device ids that mean nobody, one per line, in addition to `null`, `undefined`, `guest` and the like. Events are stored without the id. Applies from now on.",
    placeholder: "demo-user\n0000",
  }),
  ...ACCOUNT_SETTINGS,
  maxLatenessDays: numberSetting({
    group: "identity",
    label: "Oldest event to accept",
    hint: "Earlier events are rejected. Imports with the secret are not limited.",
    min: 1,
    max: 3_650,
    unit: "days",
  }),
  signUpProperty: textSetting({
    group: "identity",
    label: "Property with the sign-up date",
    hint: "A property of people. Empty: `createdAt`, `signed_up_at` and the like. Without such a property, the sign-up event counts, and otherwise the first log-in on a device that was anonymous before.",
    placeholder: "createdAt",
    required: false,
    schema: optionalNameSchema,
  }),
  signUpEvent: textSetting({
    group: "identity",
    label: "Sign-up event",
    hint: "Its name. Empty: `signed_up`, `account_created` and the like.",
    placeholder: "signed_up",
    required: false,
    schema: optionalNameSchema,
  }),
  respectSignals: switchSetting({
    group: "storage",
    label: "Honour Global Privacy Control and Do Not Track",
    hint: "What a browser with such a signal sends is only counted, below, whatever SDK sent it. Our script looks at the signal itself, so `optIn()` and `respectPrivacySignals: false` overrule it. Servers that send the secret decide for themselves.",
  }),
  masksPages: switchSetting({
    group: "storage",
    label: "Mask e-mail addresses and tokens",
    hint: "In page addresses, titles, referrers and links: `/users/ada@example.com` is stored as `/users/[email]`, a reset link as `/reset/[token]`.",
  }),
  keptParameters: listSetting({
    group: "storage",
    label: "Query parameters to keep",
    hint: "One per line; a trailing `*` matches anything. `utm_source` and the other UTM parameters are always kept. All others are removed, including click ids such as `gclid`, and so is anything called token, password or code.",
    placeholder: "ref\nplan\nf_*",
  }),
  deniedProperties: listSetting({
    group: "storage",
    label: "Properties never to store",
    hint: "Properties of events, people and companies, at any depth. A name with dots is a path. Events are stored without them.",
    placeholder: "password\ncard_number\naddress.street",
  }),
  notStored: listSetting({
    group: "storage",
    label: "Events and pages never to store",
    hint: "By the event's name, or by its page if the line starts with a slash. They are only counted, below.",
    placeholder: "debug_*\n/admin/*\n/health",
  }),
  ...SIGHT_SETTINGS,
  ...RETENTION_SETTINGS,
  riskHorizonDays: numberSetting({
    group: "lifecycle",
    label: "Horizon of risk",
    hint: "How many days ahead Throughline predicts whether people come back. Choose twice as long as they usually stay away.",
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
    hint: "Shorter silence never counts, however often somebody comes: a long weekend.",
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
    hint: "Silence this many times as long as is usual for the person. Dormant starts at least a day after slipping.",
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
    hint: "Above it, data for a new user id is stored without a person.",
    min: 1,
    max: MAX_CEILING,
    unit: "",
  }),
  maxDevices: numberSetting({
    group: "ceilings",
    label: "Anonymous ids",
    hint: "Devices, and daily ids of visitors recognised without storing anything. Above it, data from a new one is stored without a visitor; known users stay known.",
    min: 1,
    max: MAX_CEILING,
    unit: "",
  }),
  maxAccounts: numberSetting({
    group: "ceilings",
    label: "Accounts",
    hint: "Above it, events are stored without new accounts.",
    min: 1,
    max: MAX_CEILING,
    unit: "",
  }),
  maxEventNames: numberSetting({
    group: "ceilings",
    label: "Event names",
    hint: "Above it, an event with a new name is stored as `(other)`, with its name in the property `__name`. Names that contain ids (`viewed_4711`) use this up: put the id into a property.",
    min: 1,
    max: 100_000,
    unit: "",
  }),
  maxProperties: numberSetting({
    group: "ceilings",
    label: "Names of people's properties",
    hint: "Above it, a property with a new name stays in its event but is not added to the person.",
    min: 1,
    max: 100_000,
    unit: "",
  }),
  maxPropertyMegabytes: numberSetting({
    group: "ceilings",
    label: "Property values",
    hint: "Of people, devices and accounts. Beyond the limit, larger values are kept only on their event.",
    min: 1,
    max: MAX_CEILING,
    unit: "MB",
  }),
  maxMegabytesPerHour: numberSetting({
    group: "ceilings",
    label: "Data per hour without the secret",
    hint: "Above it, pages and apps are asked to retry later (429), which our SDKs do. Servers that send the secret are not counted.",
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

/** A setting and its value as a form needs them: plain data that may be sent to the browser. */
export type SettingField = Omit<Setting, "schema"> & {
  key: SettingKey;
  text: string;
  choices?: readonly SettingChoice[];
  unit?: string;
  required?: boolean;
};

/** The fields of one section of the Settings page, with their current values. */
export function fieldsOf(group: SettingGroup, values: SettingValues): SettingField[] {
  return settingsIn(group).map((key) => {
    const { schema: _, ...setting } = PROJECT_SETTINGS[key];
    return { ...setting, key, text: settingToText(values[key]) };
  });
}
