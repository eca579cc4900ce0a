import { z } from "zod";
import { domainSchema, nameSchema, recognitionSchema } from "@/lib/projects/rule";

/** Characters. NIST SP 800-63B asks for at least 8; length beats any rule about symbols, so there is none. */
export const PASSWORD_MIN_LENGTH = 10;
/** Characters. Nobody types more; bounds the bytes that one request can make us hash. */
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
