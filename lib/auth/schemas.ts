import { z } from "zod";
import { PASSWORD_MIN_LENGTH } from "@/lib/auth/password-hint";
import { domainSchema, nameSchema, recognitionSchema } from "@/lib/projects/schemas";

/** The most characters of a new password, as OWASP ASVS requires. */
export const PASSWORD_MAX_LENGTH = 128;
/** The most characters of a password that is checked: until November 2026 new ones could have this many. */
export const PASSWORD_CHECKED_LENGTH = 256;

/** Spaces in a row count as one, so that holding down the space bar makes no password long. */
const lengthOf = (password: string): number => password.replace(/\s{2,}/g, " ").length;

/**
 * An e-mail address as it is stored and compared: the addresses of members differ in more than case and outer spaces.
 */
export const canonicalEmail = (email: string): string => email.trim().toLowerCase();

export const emailSchema = z
  .string("Enter an e-mail address.")
  .transform(canonicalEmail)
  .pipe(z.email("That is not a valid e-mail address.").max(254, "An e-mail address has at most 254 characters."));

export const passwordSchema = z
  .string("Enter a password.")
  .max(PASSWORD_MAX_LENGTH, `A password has at most ${PASSWORD_MAX_LENGTH} characters.`)
  .refine(
    (password) => lengthOf(password) >= PASSWORD_MIN_LENGTH,
    `A password has at least ${PASSWORD_MIN_LENGTH} characters.`,
  );

export const newPasswordSchema = z.object({ email: emailSchema, password: passwordSchema });

export const memberNameSchema = z
  .string("Enter your name.")
  .trim()
  .min(1, "Enter your name.")
  .max(80, "A name has at most 80 characters.");

export const signUpSchema = z.object({
  email: emailSchema,
  password: passwordSchema,
  name: memberNameSchema,
  projectName: nameSchema("the project"),
  domain: domainSchema.default(null),
  recognition: recognitionSchema.default("device"),
});

/** What a new member enters; the form and the server apply the same rules. */
export type SignUpInput = z.input<typeof signUpSchema>;
