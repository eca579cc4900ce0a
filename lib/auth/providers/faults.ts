import { providerOf } from "@/lib/auth/provider-list";

/** Messages for somebody whom a provider sent back without a log-in, by the code in the address. */
const SENTENCES: Record<string, (provider: string) => string> = {
  unverified: (provider) =>
    `The address you have with ${provider} is not confirmed there. Confirm it, or log in another way and link ${provider} in your account.`,
  unconfirmed: (provider) =>
    `There is an account with this address, but nobody confirmed that the address is theirs. Log in with its password and link ${provider} in your account, or choose a new password first.`,
  closed: () => "Only people who were invited can create an account here. Ask somebody in your team for an invitation.",
  taken: (provider) => `This log-in with ${provider}, or its address, belongs to another account.`,
  full: () => "This account cannot have more linked log-ins. Remove one first.",
  cancelled: (provider) => `You were not logged in: ${provider} says that it was cancelled.`,
  unreachable: (provider) => `${provider} cannot be reached at the moment. Try again, or log in another way.`,
  busy: () => "Too many people tried this within an hour. Try again later.",
  failed: (provider) =>
    `Logging in with ${provider} did not work: it took too long, was begun in another window, or ${provider} gave no usable answer. Try again.`,
};

/** The sentence for the parameters `fault` and `with` of a page; null without them, or with unknown ones. */
export function faultSentence(fault: unknown, id: unknown): string | null {
  const provider = typeof id === "string" ? providerOf(id) : null;
  if (typeof fault !== "string" || !provider || !Object.hasOwn(SENTENCES, fault)) return null;
  return capital(SENTENCES[fault]?.(provider.name) ?? "");
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
