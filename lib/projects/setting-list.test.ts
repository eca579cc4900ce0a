import { expect, test } from "vitest";
import { SETTING_GROUPS, settingFromText, settingToText } from "@/lib/projects/setting-kinds";
import { PROJECT_SETTINGS, SETTING_KEYS, type SettingKey, settingsIn } from "@/lib/projects/setting-list";

const typed = (key: SettingKey, text: string) => {
  const parsed = PROJECT_SETTINGS[key].schema.safeParse(settingFromText(PROJECT_SETTINGS[key], text));
  return parsed.success ? parsed.data : parsed.error.issues[0]?.message;
};

test.each([
  ["a name is trimmed", "name", " Shop ", "Shop"],
  ["and required", "name", " ", "Give the project a name."],
  ["an empty domain means none", "domain", "", null],
  ["the host of a URL is kept", "domain", "https://Shop.example/x", "shop.example"],
  [
    "a list has an entry per line or between commas, once each",
    "deniedProperties",
    " card\n\ncard, a.b \n",
    ["card", "a.b"],
  ],
  ["an empty list is valid", "notStored", "", []],
  [
    "a list has its limits",
    "keptParameters",
    Array.from({ length: 101 }, (_, i) => `p${i}`).join("\n"),
    "A list has at most 100 entries.",
  ],
  ["so does an entry", "blockedIds", "x".repeat(201), "An entry has at most 200 characters."],
  ["an app's own scheme is an origin", "allowedOrigins", "capacitor://localhost", ["capacitor://localhost"]],
  ["case and path do not matter", "allowedOrigins", "https://App.Example.org/x/y", ["https://app.example.org"]],
  [
    "a port, subdomains, any scheme, any origin",
    "allowedOrigins",
    "http://a.test:8080,https://*.b.test,*://c.test,d.test,*",
    ["http://a.test:8080", "https://*.b.test", "*://c.test", "d.test", "*"],
  ],
  [
    "a star in the middle is not an origin",
    "allowedOrigins",
    "https://a*b*c.test",
    "Enter an origin like https://app.example.com or https://*.example.com.",
  ],
  [
    "words are not an origin",
    "allowedOrigins",
    "my shop",
    "Enter an origin like https://app.example.com or https://*.example.com.",
  ],
  ["a choice is one of its values", "recognition", "magic", "One of device, cookieless."],
  ["a ticked box is on", "kiosk", "on", true],
  ["an unticked one is off", "kiosk", "", false],
  ["any other word is rejected", "kiosk", "perhaps", "Either true or false."],
  ["days are numbers", "maxLatenessDays", " 365 ", 365],
  ["within their range", "maxLatenessDays", "0", "A whole number from 1 to 3,650."],
  ["a number in words is not a number", "maxLatenessDays", "a year", "A whole number from 1 to 3,650."],
] as const)("%s", (_guarantee, key, text, value) => expect(typed(key, text)).toEqual(value));

test("every setting is in one section of the page", () => {
  expect(SETTING_GROUPS.flatMap(settingsIn).sort()).toEqual([...SETTING_KEYS].sort());
});

test("a stored value survives the round trip through its form", () => {
  for (const [key, value] of [
    ["deniedProperties", ["card", "a.b"]],
    ["kiosk", true],
    ["maxLatenessDays", 90],
    ["domain", null],
    ["cookielessClaim", "day"],
  ] as const)
    expect(
      typed(key, settingToText(Array.isArray(value) ? [...value] : (value as string | number | boolean | null))),
    ).toEqual(value);
});
