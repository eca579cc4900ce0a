import { scriptSnippet } from "@/lib/format/snippet";
import { expect, test } from "./fixtures";

test("optionally records named clicks on buttons and submitted forms, but never typed values", async ({
  project,
  site,
  visitor: { page },
}) => {
  site.head = scriptSnippet({ clientId: project.write.clientId, origin: project.origin })
    .replace("trackAttributes: true,", "trackAttributes: true, trackClicks: true, trackForms: true,")
    .concat(`<script>op("pendingRevenue", 4900)</script>`);
  await page.goto(`${site.origin}/login`);
  await page.evaluate(() => {
    document.body.insertAdjacentHTML(
      "beforeend",
      `<form id="feedback" onsubmit="event.preventDefault()"><input name="id" value="typed-secret"><input name="name" value="typed-secret">
         <button type="button" id="help" name="helper"> Get <b>help</b> </button><button data-track="named">Tagged</button></form>`,
    );
  });
  await page.getByRole("button", { name: "Get help" }).click();
  await page.getByRole("button", { name: "Tagged" }).click();
  await page.evaluate(() => (window as unknown as { op(call: string): void }).op("flushRevenue"));
  const events = async () => {
    const [person] = await project.profiles();
    return person
      ? ((await project.events(person.ref)) as unknown as { name: string; properties: Record<string, unknown> }[])
      : [];
  };
  await expect
    .poll(async () => (await events()).map(({ name, properties }) => [name, properties.text ?? properties.id ?? null]))
    .toEqual([
      ["screen_view", null],
      ["click", "Get help"],
      ["named", null],
      ["form_submit", "feedback"],
      ["revenue", null],
    ]);
  expect(JSON.stringify(await events())).not.toContain("typed-secret");
});
