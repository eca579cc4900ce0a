import { expect, test } from "vitest";
import { companyDomainOf } from "./free-mail";

test.each([
  ["ada@acme.com", "acme.com"],
  [" Ada <ada@Shop.Acme.CO.UK", "shop.acme.co.uk"],
  ["ada@gmail.com", null],
  ["ada@gmx.ch", null],
  ["ada@mailinator.com", null],
  ["acme.com", null],
  ["ada@localhost", null],
  ["ada@-acme.com", null],
  ["ada@acme..com", null],
  ["ada@[127.0.0.1]", null],
  [`ada@${"a".repeat(64)}.com`, null],
  [`ada@${"a.".repeat(200)}com`, null],
  ["", null],
])("%s is from %s", (email, domain) => expect(companyDomainOf(email)).toBe(domain));
