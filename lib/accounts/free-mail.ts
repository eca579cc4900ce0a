import providers from "email-providers/all.json" with { type: "json" };

/** Large providers the package does not list. */
const MISSING = ["gmx.ch", "fastmail.com", "fastmail.fm", "yahoo.co.jp", "naver.com", "docomo.ne.jp"];
const FREE = new Set([...providers, ...MISSING]);

/** A domain name of at least two labels, as it may follow the @. */
const DOMAIN = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

export const isDomain = (text: string): boolean => DOMAIN.test(text);

/** The domain of an e-mail address if it may be a company's; null for free providers and for anything else. */
export function companyDomainOf(email: string): string | null {
  const domain = email
    .slice(email.lastIndexOf("@") + 1)
    .trim()
    .toLowerCase();
  return email.includes("@") && isDomain(domain) && !FREE.has(domain) ? domain : null;
}
