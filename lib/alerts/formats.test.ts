import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { newWebhookSecret } from "./endpoint";
import { httpMessage, mailOf } from "./formats";
import type { AlertMessage } from "./message";

const URL = "https://analytics.example.com/p/users/u%3A42";
const message = (name: string, more = 0, kind: "person" | "account" = "person"): AlertMessage => ({
  id: "msg_1",
  alert: { id: "a1", name: "Quiet & gone", trigger: { on: "quiet", who: kind === "person" ? "people" : "accounts" } },
  what: "Somebody goes quiet",
  project: { id: "p1", name: "Shop" },
  causes: [{ at: Date.UTC(2026, 2, 2), about: { kind, id: "u:42", name, url: URL }, numbers: null }],
  more,
  isTest: false,
  url: "https://analytics.example.com/p/settings/alerts/a1",
});
const AT = Date.UTC(2026, 2, 2, 12);
/** A hostile name for a person. */
const HOSTILE = "<!channel> *bold*|x\n<https://evil.example|Click>";

test("Slack: a name is text, never a mention, a link or a separate line", () => {
  const { text } = JSON.parse(httpMessage("slack", message(HOSTILE), null, AT).body) as { text: string };
  expect(text.split("\n")).toHaveLength(4);
  expect(text).not.toContain("<!channel>");
  expect(text).not.toContain("<https://evil.example");
  expect(text).toContain(`<${URL}|`);
});

test("Teams: a card of plain texts without Markdown, with the person's link", () => {
  const { attachments } = JSON.parse(httpMessage("teams", message("[x](https://evil.example)"), null, AT).body) as {
    attachments: { contentType: string; content: { type: string; body: { type: string }[] } }[];
  };
  const [card] = attachments;
  expect(card).toMatchObject({
    contentType: "application/vnd.microsoft.card.adaptive",
    content: { type: "AdaptiveCard" },
  });
  expect(new Set(card?.content.body.map(({ type }) => type))).toEqual(new Set(["RichTextBlock"]));
  expect(JSON.stringify(card)).toContain(URL);
});

test("mail: readable, with links, and no name can add a line or a header", () => {
  const { subject, text } = mailOf(message("Ada\r\nBcc: all@example.com", 3));
  expect(subject).not.toMatch(/[\r\n]/);
  expect(text).toContain(`- Ada Bcc: all@example.com\n  ${URL}`);
  expect(text).toContain("and 3 more");
});

test("a signed webhook only verifies with its secret and at its time", () => {
  const secret = newWebhookSecret();
  const { body, headers } = httpMessage("webhook", message("Ada"), secret, Date.now());
  expect(new Webhook(secret).verify(body, headers)).toMatchObject({ data: { causes: [{ person: { url: URL } }] } });
  const ofAccount = httpMessage("webhook", message("Acme", 0, "account"), secret, Date.now());
  expect(new Webhook(secret).verify(ofAccount.body, ofAccount.headers)).toMatchObject({
    data: { causes: [{ person: null, account: { id: "u:42", name: "Acme", url: URL } }] },
  });
  expect(() => new Webhook(newWebhookSecret()).verify(body, headers)).toThrow();
  const old = httpMessage("webhook", message("Ada"), secret, Date.now() - 3_600_000);
  expect(() => new Webhook(secret).verify(old.body, old.headers)).toThrow();
});
