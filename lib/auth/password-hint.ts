/** Characters, as OWASP ASVS asks for; length beats any rule about symbols, so there is none. */
export const PASSWORD_MIN_LENGTH = 12;
/** What forms say about a new password. */
export const PASSWORD_HINT = `At least ${PASSWORD_MIN_LENGTH} characters. A few unrelated words are easier to remember than symbols.`;

/** What a new password is worth: 1 is refused, 2 will do, 3 is strong. */
export type Verdict = { level: 1 | 2 | 3; words: string };
