import { expect, test } from "vitest";
import { NOTICE_SETTINGS, type NoticeSettings, privacyNotice } from "./notice";

const PLAIN: NoticeSettings = {
  name: "Shop",
  domain: null,
  recognition: "device",
  cookielessClaim: "30m",
  kiosk: false,
  respectSignals: true,
  masksPages: true,
  keptParameters: ["ref"],
  deniedProperties: [],
  notStored: [],
  avatars: false,
  accountProperty: null,
  accountByDomain: false,
  retentionDays: 0,
  eventRetention: [],
  namesHiddenFrom: "nobody",
  accessLogDays: 365,
};
const OURS = { isHosted: false, hasCities: false };

/** Each setting with another value, and what the text says then; some matter only together with another one. */
const CHANGES: {
  [K in keyof NoticeSettings]: [value: NoticeSettings[K], says: string, among?: Partial<NoticeSettings>];
} = {
  name: ["Wares", "how Wares is used"],
  domain: ["shop.example", "Shop (shop.example)"],
  recognition: ["cookieless", "nothing is stored on your device"],
  cookielessClaim: ["off", "Visits before you log in stay anonymous", { recognition: "cookieless" }],
  kiosk: [true, "Our devices are shared"],
  respectSignals: [false, "[Whether your pages act on Global Privacy Control"],
  masksPages: [false, ""],
  keptParameters: [["plan"], "and `plan`"],
  deniedProperties: [["card", "iban"], "`card` and `iban`"],
  notStored: [["/admin/*"], "`/admin/*`"],
  avatars: [true, "profile picture"],
  accountProperty: ["company", "The company you belong to, known from what you told us"],
  accountByDomain: [true, "known from the domain of your e-mail address"],
  retentionDays: [90, "deleted after 90 days"],
  eventRetention: [["heartbeat: 1", "purchase: 0"], "`heartbeat` for 1 day and `purchase` without a limit"],
  namesHiddenFrom: ["editors", "only a few of them see names"],
  accessLogDays: [30, "recorded for 30 days"],
};

test.each(NOTICE_SETTINGS)("the text changes with the setting %s", (key) => {
  const [value, says, others = {}] = CHANGES[key];
  const before = privacyNotice({ ...PLAIN, ...others }, OURS);
  const after = privacyNotice({ ...PLAIN, ...others, [key]: value }, OURS);
  expect(after).not.toBe(before);
  expect(after).toContain(says);
  if (says !== "") expect(before).not.toContain(says);
});

test("the text says that addresses are masked only if they are", () => {
  expect(privacyNotice(PLAIN, OURS)).toContain("are masked before anything is stored");
  expect(privacyNotice({ ...PLAIN, masksPages: false }, OURS)).not.toContain("masked");
});

test("the text says who runs the server, and the city only where it is known", () => {
  expect(privacyNotice(PLAIN, OURS)).toMatch(/our own servers[\s\S]*The country you/);
  expect(privacyNotice(PLAIN, { isHosted: true, hasCities: true })).toMatch(/hosted edition[\s\S]*country and city/);
});

test("the text never promises local storage to be empty in a project that keeps ids there, nor the reverse", () => {
  const cookieless = privacyNotice({ ...PLAIN, recognition: "cookieless" }, OURS);
  expect(privacyNotice(PLAIN, OURS)).not.toContain("nothing is stored on your device");
  expect(cookieless).not.toContain("local storage");
});
