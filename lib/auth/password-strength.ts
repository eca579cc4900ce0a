import type { ZxcvbnFactory } from "@zxcvbn-ts/core";
import type { PasswordVerdict } from "@/lib/auth/password-hint";
import { AppError } from "@/lib/errors";

/**
 * A password that takes fewer guesses, as a power of ten, is rejected; zxcvbn calls others "safely unguessable".
 */
const MIN_GUESSES_LOG10 = 8;
/**
 * Characters checked. A password whose first ones are strong is strong, and the check takes time quadratic in the
 * length (40 ms at worst here).
 */
const CHECKED_CHARS = 32;
/** How many words of the context are considered, and how many characters of each. */
const MAX_WORDS = 30;
const WORD_MIN_LENGTH = 3;
const WORD_MAX_LENGTH = 100;

const shared = globalThis as typeof globalThis & { throughlineGuesser?: Promise<ZxcvbnFactory> };

/**
 * Knows 57,000 leaked passwords and common words, keyboard rows, sequences, repeats and dates. Loaded when first
 * needed, in 0.2 s; takes 20 MB.
 */
const guesser = (): Promise<ZxcvbnFactory> =>
  (shared.throughlineGuesser ??= (async () => {
    const [{ ZxcvbnFactory }, common] = await Promise.all([
      import("@zxcvbn-ts/core"),
      import("@zxcvbn-ts/language-common"),
    ]);
    return new ZxcvbnFactory({ dictionary: common.dictionary, graphs: common.adjacencyGraphs });
  })());

/** Our messages for zxcvbn's warnings. */
const REASONS: [RegExp, string][] = [
  [/^userInputs$/, "This password is made from your name, e-mail address or project, which attackers try first."],
  [
    /^(topTen|topHundred|common|similarToCommon|wordByItself|pwned)$/,
    "This password is on lists of common passwords, or close to one.",
  ],
  [/Repeat$/, "This password repeats itself, which makes it easy to guess."],
  [
    /^(sequences|straightRow|keyPattern|dates|recentYears)$/,
    "This password is a row of letters, keys or numbers, or a date.",
  ],
];

/** From here on a password is called strong: even leaked hashes do not reveal it. */
const STRONG_GUESSES_LOG10 = 11;

type Context = readonly (string | null | undefined)[];

/** How hard a password is to guess, and the reason if it is refused, else null. */
async function judge(password: string, context: Context): Promise<{ guessesLog10: number; refused: string | null }> {
  const checked = password.normalize("NFKC").slice(0, CHECKED_CHARS);
  const { guessesLog10, feedback } = (await guesser()).check(checked, wordsOf(context));
  if (guessesLog10 >= MIN_GUESSES_LOG10) return { guessesLog10, refused: null };
  const reason =
    REASONS.find(([pattern]) => pattern.test(feedback.warning ?? ""))?.[1] ?? "This password is easily guessed.";
  return { guessesLog10, refused: `${reason} Choose another.` };
}

/** The verdict on a password as it is typed, by the rule of refuseWeakPassword. Takes 40 ms at worst. */
export async function judgePassword(password: string, context: Context): Promise<PasswordVerdict> {
  const { guessesLog10, refused } = await judge(password, context);
  if (refused !== null) return { level: 1, words: refused };
  return guessesLog10 < STRONG_GUESSES_LOG10
    ? { level: 2, words: "Good enough. Another word makes it stronger." }
    : { level: 3, words: "Strong." };
}

/** Why a password is refused, by the rule of refuseWeakPassword; null if it is not. */
export const passwordRefusalOf = async (password: string, context: Context): Promise<string | null> =>
  (await judge(password, context)).refused;

/**
 * Throws `unprocessable` on `password` for one that is guessed easily (NIST SP 800-63B: no rule about symbols, but none
 * that is common, expected or derived from the context). `context`: facts about the member, as they entered them.
 */
export async function refuseWeakPassword(password: string, context: Context): Promise<void> {
  const refused = await passwordRefusalOf(password, context);
  if (refused !== null) throw new AppError("unprocessable", refused, { field: "password" });
}

/**
 * Each text as a whole, without its spaces, and the words in it: "ada.b@shop.example" also gives "ada.b", "ada" and
 * "shop".
 */
function wordsOf(context: Context): string[] {
  const known = context.flatMap((text) => (text ? [text.slice(0, WORD_MAX_LENGTH).toLowerCase()] : []));
  const words = ["throughline", ...known].flatMap((text) => [
    text,
    text.replace(/[^\p{L}\p{N}]+/gu, ""),
    ...text.split("@"),
    ...text.split(/[^\p{L}\p{N}]+/u),
  ]);
  return [...new Set(words)].filter((word) => word.length >= WORD_MIN_LENGTH).slice(0, MAX_WORDS);
}
