import { codeOf, files, isTest } from "../../scripts/structure/sources";
import { beyond, type Rule } from "./rule";

/** Where people are encoded: person numbers and refs in TypeScript, the same in SQL, and the lanes. */
const PERSON_CODEC = ["lib/identity/person-ref.ts", "lib/identity/person-ref.queries.ts"];
const LANES = "lib/identity/lanes.queries.ts";

/** Written by hand as these lie below lib/identity. May only shrink. */
const WRITE_REFS_BELOW = ["lib/access-log/access-log.queries.ts", "lib/debugger/set-aside.queries.ts"];

/** A ref put together: `'u:' || id` and `kind || ':' || id` in SQL, `u:${id}` and `"u:" + id` in TypeScript. */
const REF = /'[ua]:'\s*\|\||\|\|\s*':'\s*\|\||[`"][ua]:(?:\$\{|"\s*\+)|startsWith\("[ua]:"\)/;

/** A person number made or taken apart: its sign stands for a profile or a visitor's stream. */
const NUMBER = new RegExp(
  [
    /owner_id IS NULL THEN\s+-/, // the owner of a span, in SQL
    /coalesce\(\w+\.profile_id,\s*-/,
    /> 0 THEN 'u'/, // the kind of a person, in SQL
    /\((\w+)\) => \1 [<>] 0\b/, // TypeScript
    /\(?\b(?:person|number)\b\)? => [^,\n]*\b(?:person|number) [<>] 0\b/,
    /=> -\w*(?:person|stream|id)\b/i,
    /[([:?,]\s*-(?:\w+\.)*(?:stream|streamId)\b/,
    /\(-id\)/,
    /abs\(person\)/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "i",
);

/** Spans joined to the user id that owns them: for a person's lanes, or for less than those. */
const OWNED_SPANS = /\.owner_id = \w+\.id\b/;
const JOIN_OWNED_SPANS = [
  LANES,
  "lib/access-log/access-log.queries.ts", // only their streams; lies below lib/identity
  "lib/identity/fold.queries.ts", // only spans with changes of properties, within their limits
  "lib/identity/identities.queries.ts", // whether a user owns a part of a device
  "lib/profiles/facts/sign-up.store.ts", // only when the first of them began
  "lib/profiles/profiles.store.ts", // only their figures
  "lib/timeline/first-steps.queries.ts", // only how many streams each user has
];

const code = files.filter((path) => /^(?:lib|components|app|scripts)\//.test(path) && !isTest(path));
const matching = (pattern: RegExp) => code.filter((path) => pattern.test(codeOf(path)));

export const PEOPLE_RULES: readonly Rule[] = [
  {
    guarantee: "refs are written in one place",
    advice:
      "Use refOf of lib/identity/person-ref.ts, in SQL refSql, userRefSql or anonymousRefSql of person-ref.queries.ts.",
    breaches: () => beyond(matching(REF), [...PERSON_CODEC, ...WRITE_REFS_BELOW]),
  },
  {
    guarantee: "person numbers are made and taken apart in one place",
    advice:
      "Use personNumber, visitorNumber, splitNumbers or isProfileNumber of lib/identity/person-ref.ts, in SQL OWNER_NUMBER or kindSql of person-ref.queries.ts.",
    breaches: () => beyond(matching(NUMBER), PERSON_CODEC),
  },
  {
    guarantee: "a person's lanes are defined in one place",
    advice: `Use lanesOf, lanesIn or another function of ${LANES}. If less than the lanes is read, say so in tests/architecture/people.ts.`,
    breaches: () => beyond(matching(OWNED_SPANS), JOIN_OWNED_SPANS),
  },
];
