import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskEmailsAndTokens } from "@/lib/ingest/privacy/mask";

const JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";

describe("masked", () => {
  test.each([
    ["an address in a path", "/users/ada@example.com/edit", "/users/[email]/edit"],
    ["percent-encoded", "/users/ada%40example.com", "/users/[email]"],
    ["encoded twice", "/users/ada%2540example.co.uk/x", "/users/[email]/x"],
    ["with a plus", "/u/ada+news@mail.example.org", "/u/[email]"],
    ["in a title", "Inbox (3) - ada@example.com - Mail", "Inbox (3) - [email] - Mail"],
    ["two of them", "a@b.example, c@d.example", "[email], [email]"],
    ["in brackets", "Ada <ada@example.com>", "Ada <[email]>"],
    ["a JSON Web Token", `/verify/${JWT}`, "/verify/[token]"],
    ["32 hexadecimal digits", "/r/5f4dcc3b5aa765d61d8327deb882cf99", "/r/[token]"],
    ["43 characters of base64", "/x/mZ3Qk7h1Jt0vW8yXo2Lc5Rb9Sd4Fg6HnPqTuVwYzA1B", "/x/[token]"],
    ["a key with a known prefix", "/hook/sk_live_4eC39HqLyjWDarjtT1zdp7dc", "/hook/[token]"],
    ["after /reset/ a short one too", "/reset/a8f3k2q9", "/reset/[token]"],
    ["after /reset/ one whose kinds of characters rarely change", "/reset/ab4cdefdeadbeef7cafe", "/reset/[token]"],
    ["a numeric invitation", "/invite/83629174", "/invite/[token]"],
  ])("%s", (_what, text, masked) => expect(maskEmailsAndTokens(text, true).text).toBe(masked));
});

describe("random tokens", () => {
  const LETTERS = "abcdefghijklmnopqrstuvwxyz";
  const ALPHABETS = {
    hexadecimal: "0123456789abcdef",
    "upper-case hexadecimal": "0123456789ABCDEF",
    decimal: "0123456789",
    base32: `${LETTERS}234567`,
    base36: `${LETTERS}0123456789`,
    base62: `${LETTERS}${LETTERS.toUpperCase()}0123456789`,
    base64url: `${LETTERS}${LETTERS.toUpperCase()}0123456789-_`,
  };
  const CASES = 3_000;
  /** Of base64url with 32 characters 1.5 % are: with one digit or none, they may be camel case. */
  const MISSED_MAX = 0.02;

  test.each(Object.entries(ALPHABETS))("of 32 to 64 characters, %s", (_name, alphabet) => {
    const tokens = fc.sample(fc.string({ unit: fc.constantFrom(...alphabet), minLength: 32, maxLength: 64 }), {
      numRuns: CASES,
      seed: 1,
    });
    const missed = tokens.filter((token) => !maskEmailsAndTokens(`/verify-it/${token}?x=1`, true).hasToken);
    expect(missed.length / CASES).toBeLessThan(MISSED_MAX);
  });

  test("in hexadecimal none is missed, however rarely letters and digits alternate", () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 31 }).chain((at) => fc.tuple(fc.constant(at), fc.stringMatching(/^[a-f]{31,63}$/))),
        ([at, letters]) => {
          const token = `${letters.slice(0, at)}4${letters.slice(at)}`;
          expect(maskEmailsAndTokens(`/x/${token}`, true).text).toBe("/x/[token]");
          expect(maskEmailsAndTokens(`/x/key-${token}`, true).hasToken).toBe(true);
        },
      ),
    ));
});

describe("left alone", () => {
  test.each([
    "/",
    "/pricing",
    "/projects/0192f0a0-0000-7000-8000-000000000001/users",
    "/orders/507f1f77bcf86cd799439011",
    "/orders/01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "/blog/how-we-moved-2-million-users-to-a-new-database-in-2024",
    "/blog/ThingsWeLearnedWhileBuildingAGreatProduct",
    "/docs/react@18.2.0/hooks",
    "/@ada/posts",
    "/docs/AbstractSingletonProxyFactoryBean",
    "/docs/Http2ServerConnectionFactoryTests",
    "/blog/HowToGetTheBestOutOfYourNewMacBookAir",
    "/docs/WhatToDoIfYouCanNotLogInToYourAccount",
    "/blog/How-To-Get-Rid-Of-The-Old-Box-In-An-Hour",
    "/wiki/Can_You_Get_Paid_For_An_Hour_Off_In_May",
    "/share/mp4tomp3converter",
    "/share/report2024",
    "/share/mp3players",
    "/invite/team-of-ada",
    "/join/berlin-meetup-2024",
    "/reset/password",
    "Shop - 3 new @ your place",
    "50% off at 40 shops",
  ])("%s", (text) => expect(maskEmailsAndTokens(text, true)).toEqual({ text, hasEmail: false, hasToken: false }));

  test("words like reset and invite only matter in paths", () =>
    expect(maskEmailsAndTokens("Join /invite/83629174").text).toBe("Join /invite/83629174"));
});

test("reports what it masked", () => {
  expect(maskEmailsAndTokens("/users/ada@example.com")).toMatchObject({ hasEmail: true, hasToken: false });
  expect(maskEmailsAndTokens(`/x/${JWT}`)).toMatchObject({ hasEmail: false, hasToken: true });
});

test.each([
  ["whole", `a ${JWT} b`, "a [token] b"],
  ["its first two parts", JWT.split(".").slice(0, 2).join("."), "[token]"],
  ["after a dash", `x-${JWT}`, "x-[token]"],
  ["within a longer name", `a.b.${JWT}`, "a.b.[token]"],
  ["two of them", `${JWT} ${JWT}`, "[token] [token]"],
  ["a single part is not a token", "eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9"],
  ["nor is a word that contains the letters", "monkeyJungle.park", "monkeyJungle.park"],
])("a JSON Web Token, %s", (_what, text, masked) => expect(maskEmailsAndTokens(text).text).toBe(masked));
