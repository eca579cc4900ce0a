import { z } from "zod";
import { isStorable } from "@/lib/format/storable";

/** The most characters of a project's, client's or organization's name. */
export const PROJECT_NAME_MAX_LENGTH = 80;

/** How visitors are recognised before they log in; docs/privacy.md explains what that means for people. */
export const RECOGNITIONS = ["device", "cookieless"] as const;
export type Recognition = (typeof RECOGNITIONS)[number];

/** `write` may send events (its id is public), `read` may read, `root` may do both and change identities. */
export const CLIENT_MODES = ["write", "read", "root"] as const;
export type ClientMode = (typeof CLIENT_MODES)[number];

/**
 * "https://App.Example.com/pricing" → "app.example.com", with the port if one is given ("localhost:3000"). null if it
 * names no host.
 */
export function normalizeDomain(input: string): string | null {
  const text = input.trim();
  const absolute = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!URL.canParse(absolute)) return null;
  const url = new URL(absolute);
  if (!/^https?:$/.test(url.protocol) || url.username !== "") return null;
  const labels = url.hostname.split(".");
  return url.hostname.length > 253 || (labels.length === 1 && labels[0] !== "localhost") ? null : url.host;
}

export const nameSchema = (what: string) =>
  z
    .string({ error: `Give ${what} a name.` })
    .trim()
    .min(1, `Give ${what} a name.`)
    .max(PROJECT_NAME_MAX_LENGTH, `A name has at most ${PROJECT_NAME_MAX_LENGTH} characters.`);

/** null and "" mean none; anything else must name a host and is stored as one. */
export const domainSchema = z
  .string()
  .nullable()
  .transform((text, context) => {
    if (!text?.trim()) return null;
    const domain = normalizeDomain(text);
    if (domain === null) context.addIssue("That is not a domain. Enter one like app.example.com.");
    return domain;
  });

/** The name of an event or a property; null and "" mean none. */
export const optionalNameSchema = z
  .string()
  .trim()
  .max(255, "At most 255 characters.")
  .refine(isStorable, "That is not a valid name.")
  .nullable()
  .transform((text) => text || null);

/** An entry of a list of domains. */
export const domainEntrySchema = z.string().transform((text, context) => {
  const domain = normalizeDomain(text);
  if (domain === null) context.addIssue("That is not a domain. Enter one like example.com.");
  return domain ?? "";
});

/** An entry like "property=value". */
export const propertyValueSchema = z
  .string()
  .refine((text) => /^[^=]+=./.test(text), "Enter it like role=staff.")
  .refine(isStorable, "That is not valid text.");

/** How long a deleted project or organization can be restored, in days. */
export const RESTORE_DAYS = 7;

export const recognitionSchema = z.enum(RECOGNITIONS, "Choose how visitors are recognised.");

export const newProjectSchema = z.object({
  name: nameSchema("the project"),
  domain: domainSchema.default(null),
  recognition: recognitionSchema.default("device"),
});

export type NewProject = z.input<typeof newProjectSchema>;

export const newClientSchema = z.object({
  name: nameSchema("the key"),
  mode: z.enum(CLIENT_MODES, "A key's mode is write, read or root."),
});

export type NewClient = z.input<typeof newClientSchema>;

/** A segment, as its address names it. */
export const segmentIdSchema = z.guid("A segment's id, as in its URL.").transform((id) => id.toLowerCase());
