/** Characters, as OWASP ASVS asks for; length beats any rule about symbols, so there is none. */
export const PASSWORD_MIN_LENGTH = 12;
/** What forms say about a new password. */
export const PASSWORD_HINT = `At least ${PASSWORD_MIN_LENGTH} characters. A few unrelated words are easier to remember than symbols.`;
