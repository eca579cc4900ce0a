import { parseArgs } from "node:util";
import { pool } from "@/lib/db/pool";
import { pluralCount } from "@/lib/format/number";
import { forgetSecrets } from "@/lib/jobs/secrets";
import { requirePayments } from "@/lib/plans/payments";
import { type Setting, settingToText } from "@/lib/projects/setting-kinds";
import { PROJECT_SETTINGS, SETTING_KEYS, type SettingKey } from "@/lib/projects/setting-list";
import { allProjects } from "./admin.queries";
import {
  addClient,
  changeProject,
  newIdentifySecret,
  provision,
  resetPassword,
  resetSecondFactor,
  showProject,
} from "./commands";
import { listMails } from "./mails";

/** Result of a command: `json` for programs, `text` for people. */
export type CommandAnswer = { json: unknown; text: string };

type Options = Record<string, string | undefined>;
type Command = {
  usage: string;
  does: string;
  required: readonly string[];
  optional: readonly string[];
  /** Options without a value; "" if given. */
  flags?: readonly string[];
  run: (options: Options, note: (text: string) => void) => Promise<CommandAnswer>;
};

/** allowedOrigins → allowed-origins; "name" alone is a key's or a member's name in other commands. */
const optionOf = (key: SettingKey): string =>
  key === "name" ? "rename" : key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const placeOf = (setting: Setting): string =>
  setting.kind === "choice"
    ? setting.choices.map(({ value }) => value).join("|")
    : { text: "TEXT", list: "A,B", switch: "on|off", number: "N" }[setting.kind];

const COMMANDS: Record<string, Command> = {
  "create-project": {
    usage: "--email E --password P --project NAME [--name MEMBER] [--domain HOST]",
    does: "a project with a write, a read and a root key; creates the account if there is none with this e-mail",
    required: ["email", "project"],
    optional: ["password", "name", "domain"],
    run: async ({ email = "", password, project = "", name, domain }, note) => {
      const made = await provision({ email, password, project, name, domain }, note);
      const keys = (["write", "read", "root"] as const).map(
        (mode) => `${mode.padEnd(5)}  id ${made[mode].clientId}  secret ${made[mode].clientSecret}`,
      );
      const text = [`Project ${project}: ${made.projectId}`, ...keys, "The secrets are not shown again."];
      return { json: made, text: text.join("\n") };
    },
  },
  "list-projects": {
    usage: "",
    does: "every project, with its owner and the number of its keys",
    required: [],
    optional: [],
    run: async () => {
      const projects = await allProjects();
      const lines = projects.map(
        ({ id, name, owner, clients }) => `${id}  ${name}  ${owner ?? "(no owner)"}  ${pluralCount(clients, "key")}`,
      );
      return { json: projects, text: lines.join("\n") || "There is no project yet." };
    },
  },
  "list-mails": {
    usage: "[--addresses]",
    does: "every e-mail that is waiting or was given up, with the reason; newest first, 1,000 at most",
    required: [],
    optional: [],
    flags: ["addresses"],
    run: ({ addresses }) => listMails(addresses !== undefined),
  },
  "create-client": {
    usage: "--project ID_OR_NAME --mode write|read|root [--name NAME]",
    does: "one more key of a project",
    required: ["project", "mode"],
    optional: ["name"],
    run: async ({ project = "", mode = "", name }) => {
      const made = await addClient(project, mode, name);
      const text = `id ${made.clientId}  secret ${made.clientSecret}\nThe secret is not shown again.`;
      return { json: made, text };
    },
  },
  "show-project": {
    usage: "--project ID_OR_NAME",
    does: "every setting of a project, by the option that sets it",
    required: ["project"],
    optional: [],
    run: async ({ project = "" }) => {
      const values = await showProject(project);
      const lines = SETTING_KEYS.map((key) =>
        [
          `--${optionOf(key)} ${JSON.stringify(settingToText(values[key]).replaceAll("\n", ","))}`,
          `      ${PROJECT_SETTINGS[key].label}`,
        ].join("\n"),
      );
      return { json: values, text: lines.join("\n") };
    },
  },
  "set-project": {
    usage: [
      "--project ID_OR_NAME",
      ...SETTING_KEYS.map((key) => `[--${optionOf(key)} ${placeOf(PROJECT_SETTINGS[key])}]`),
    ].join(" "),
    does: "changes settings of a project; what is not named stays as it is",
    required: ["project"],
    optional: SETTING_KEYS.map(optionOf),
    run: async ({ project = "", ...options }) => {
      const texts = SETTING_KEYS.flatMap((key) => {
        const text = options[optionOf(key)];
        return text === undefined ? [] : [[key, text] as const];
      });
      if (texts.length === 0) throw new Error("Name a setting to change; show-project lists them.");
      const values = await changeProject(project, Object.fromEntries(texts));
      return {
        json: values,
        text: texts.map(([key]) => `${optionOf(key)}: ${settingToText(values[key]).replaceAll("\n", ",")}`).join("\n"),
      };
    },
  },
  "new-identify-secret": {
    usage: "--project ID_OR_NAME",
    does: "a new secret to sign user ids with; the old one stops working",
    required: ["project"],
    optional: [],
    run: async ({ project = "" }) => {
      const identifySecret = await newIdentifySecret(project);
      return { json: { identifySecret }, text: `${identifySecret}\nThe secret is not shown again.` };
    },
  },
  "forget-secrets": {
    usage: "",
    does: "if AUTH_SECRET is lost for good: gives up the stored secrets that it encrypted (SECURITY.md)",
    required: [],
    optional: [],
    run: async () => {
      const lost = await forgetSecrets(pool());
      return {
        json: lost,
        text: `Projects with a new signing secret, which no longer recognise people they erased: ${lost.projects}. Members who lost their second factor: ${lost.members}.`,
      };
    },
  },
  "set-up-payments": {
    usage: "",
    does: "creates the prices of the plans at Stripe, for STRIPE_SECRET_KEY; what exists stays",
    required: [],
    optional: [],
    run: async () => {
      const done = await requirePayments().setUp();
      return { json: { done }, text: done.join("\n") };
    },
  },
  "reset-password": {
    usage: "--email E --password P",
    does: "a new password for an account",
    required: ["email", "password"],
    optional: [],
    run: async ({ email = "", password = "" }) => {
      await resetPassword(email, password);
      return {
        json: { email },
        text: `${email} logs in with the new password from now on, and is logged out wherever they were logged in.`,
      };
    },
  },
  "reset-second-factor": {
    usage: "--email E",
    does: "turns off the second factor of an account whose phone and recovery codes are lost",
    required: ["email"],
    optional: [],
    run: async ({ email = "" }) => {
      await resetSecondFactor(email);
      return { json: { email }, text: `${email} logs in with the password alone until they set up another one.` };
    },
  },
};

export const HELP = `Usage: npm run admin -- COMMAND [--json]

${Object.entries(COMMANDS)
  .map(([name, { usage, does }]) => `  ${`${name} ${usage}`.trimEnd()}\n      ${does}`)
  .join("\n")}

Works on the instance of this folder, running or stopped; DATABASE_URL and DATA_DIR choose another.
--json prints one line of JSON, the last on standard output: npm run --silent admin -- … --json | jq .projectId`;

export type CommandCall = { json: boolean; run: (note: (text: string) => void) => Promise<CommandAnswer> };

/** Parses a command line; throws an Error with a readable message if it is invalid. */
export function readCall(args: readonly string[]): CommandCall {
  const [name = "", ...rest] = args;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) throw new Error(`There is no command "${name}". \`npm run admin\` lists them all.`);
  const known = [...command.required, ...command.optional];
  const { values } = parseArgs({
    args: rest,
    options: {
      json: { type: "boolean" },
      ...Object.fromEntries(known.map((option) => [option, { type: "string" as const }])),
      ...Object.fromEntries((command.flags ?? []).map((flag) => [flag, { type: "boolean" as const }])),
    },
  });
  const { json, ...given } = values as Record<string, string | boolean | undefined>;
  const options: Options = Object.fromEntries(
    Object.entries(given).map(([option, value]) => [option, value === true ? "" : String(value)]),
  );
  const missing = command.required.filter((option) => options[option] === undefined);
  if (missing.length > 0) throw new Error(`${name} also needs ${missing.map((option) => `--${option}`).join(", ")}.`);
  return { json: json === true, run: (note) => command.run(options, note) };
}
