import { z } from "zod";

/** The most entries of a list setting, and characters of one entry. */
export const LIST_MAX_ENTRIES = 100;
const ENTRY_MAX_CHARS = 200;

/** The sections of the Settings page that contain settings, in order. */
export const SETTING_GROUPS = [
  "project",
  "recognition",
  "identity",
  "storage",
  "masking",
  "retention",
  "accounts",
  "lifecycle",
  "ceilings",
] as const;
export type SettingGroup = (typeof SETTING_GROUPS)[number];

export type SettingChoice = { value: string; title: string; text: string };

/** The common part of all kinds of settings. */
type Common<T> = {
  group: SettingGroup;
  label: string;
  /** Shown below the input and in `npm run admin -- show-project`; text in backticks is set in monospace. */
  hint: string;
  /** Parses a value of the setting's type, as clients of the API send it. */
  schema: z.ZodType<T>;
  placeholder?: string;
};

export type Setting =
  | ({ kind: "text" } & Common<string | null> & { required: boolean })
  | ({ kind: "list" } & Common<string[]>)
  | ({ kind: "switch" } & Common<boolean>)
  | ({ kind: "number" } & Common<number> & { min: number; max: number; unit: string })
  | ({ kind: "choice" } & Common<string> & { choices: readonly SettingChoice[] });

type Given<K extends Setting["kind"], Extra = unknown> = Omit<Extract<Setting, { kind: K }>, "kind" | "schema"> & Extra;

/** One line of text, parsed by `schema`; null if the setting may be empty. */
export const textSetting = <T extends string | null>(given: Given<"text", { schema: z.ZodType<T, string | null> }>) =>
  ({ kind: "text", ...given }) as const;

/** A list of short texts, without duplicates and in the given order. `entry` rejects or rewrites one of them. */
export function listSetting({ entry = z.string(), ...given }: Given<"list", { entry?: z.ZodType<string, string> }>) {
  const one = z
    .string("A list contains text entries.")
    .trim()
    .max(ENTRY_MAX_CHARS, `An entry has at most ${ENTRY_MAX_CHARS} characters.`)
    .pipe(entry);
  const schema = z
    .array(one, "Send a list of strings.")
    .max(LIST_MAX_ENTRIES, `A list has at most ${LIST_MAX_ENTRIES} entries.`)
    .overwrite((entries) => [...new Set(entries)].filter((text) => text !== ""));
  return { kind: "list", schema, ...given } as const;
}

export const switchSetting = (given: Given<"switch">) =>
  ({ kind: "switch", schema: z.boolean("Either true or false."), ...given }) as const;

/** A whole number from `min` to `max`, in `unit`, which is empty if the label names it. */
export function numberSetting(given: Given<"number">) {
  const range = `A whole number from ${given.min.toLocaleString("en")} to ${given.max.toLocaleString("en")}.`;
  return { kind: "number", schema: z.int(range).min(given.min, range).max(given.max, range), ...given } as const;
}

export const choiceSetting = <const V extends string>(
  given: Omit<Given<"choice">, "choices"> & { choices: readonly (SettingChoice & { value: V })[] },
) => {
  const values = given.choices.map(({ value }) => value);
  return { kind: "choice", schema: z.enum(values, `One of ${values.join(", ")}.`), ...given } as const;
};

/**
 * A setting's value as people type it in a form or on a command line, to be checked by the setting's schema: lists with
 * one entry per line or separated by commas, switches as "on", "true" or "yes".
 */
export function settingFromText(setting: Setting, text: string): unknown {
  switch (setting.kind) {
    case "text":
    case "choice":
      return text;
    case "list":
      return text.split(/[\n,]/).filter((entry) => entry.trim() !== "");
    case "switch":
      return SWITCH_WORDS.get(text.trim().toLowerCase()) ?? text;
    case "number":
      return /^\d{1,15}$/.test(text.trim()) ? Number(text) : text;
  }
}

const SWITCH_WORDS = new Map([
  ...["on", "true", "yes"].map((word) => [word, true] as const),
  ...["off", "false", "no", ""].map((word) => [word, false] as const),
]);

/** A value in the form that `settingFromText` parses. */
export function settingToText(value: string | string[] | number | boolean | null): string {
  if (Array.isArray(value)) return value.join("\n");
  if (typeof value === "boolean") return value ? "on" : "off";
  return value === null ? "" : String(value);
}
