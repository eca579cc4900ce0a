import { z } from "zod";
import { PASSWORD_MIN_LENGTH } from "@/lib/auth/password-hint";
import { domainSchema, nameSchema, recognitionSchema } from "@/lib/projects/rule";

/** In characters; bounds what one request can make us hash. */
export const PASSWORD_MAX_LENGTH = 256;

/** How an e-mail address is stored and compared: members cannot differ only in case or surrounding space. */
export const canonicalEmail = (email: string): string => email.trim().toLowerCase();

export const emailSchema = z
  .string("Enter an e-mail address.")
  .transform(canonicalEmail)
  .pipe(z.email("That is not a valid e-mail address.").max(254, "An e-mail address has at most 254 characters."));

export const passwordSchema = z
  .string("Enter a password.")
  .min(PASSWORD_MIN_LENGTH, `A password has at least ${PASSWORD_MIN_LENGTH} characters.`)
  .max(PASSWORD_MAX_LENGTH, `A password has at most ${PASSWORD_MAX_LENGTH} characters.`);

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

/** What a new member types; the same rules serve the form and the server. */
export type SignUp = z.input<typeof signUpSchema>;
