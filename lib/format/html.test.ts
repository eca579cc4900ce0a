import fc from "fast-check";
import { expect, test } from "vitest";
import { anyCharacter } from "@/tests/support/any-character";
import { html } from "./html";

test("values are escaped, nested templates and lists of them are not escaped again", () => {
  const cell = html`<td>${"<b>&\"'"}</td>`;
  expect(cell.text).toBe("<td>&lt;b&gt;&amp;&quot;&#39;</td>");
  expect(html`<tr>${[cell, cell]}</tr>`.text).toBe(`<tr>${cell.text}${cell.text}</tr>`);
  expect(html`<p>${null}${false}${0}${["a", "<"]}</p>`.text).toBe("<p>0a&lt;</p>");
});

test("no text opens a tag, an attribute or an entity", () => {
  fc.assert(
    fc.property(fc.string({ unit: anyCharacter }), (text) => {
      expect(html`${text}`.text.replace(/&(?:amp|lt|gt|quot|#39);/g, "")).not.toMatch(/[<>"'&]/);
    }),
  );
});
