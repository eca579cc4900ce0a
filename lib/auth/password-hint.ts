/** In characters, as OWASP ASVS requires; length beats rules about symbols, so there are none. */
export const PASSWORD_MIN_LENGTH = 12;
/** The hint below a new password in forms. */
export const PASSWORD_HINT = `At least ${PASSWORD_MIN_LENGTH} characters. A few unrelated words are easier to remember than symbols.`;

/** The strength of a new password: 1 is refused, 2 is enough, 3 is strong. */
export type PasswordVerdict = { level: 1 | 2 | 3; words: string };
