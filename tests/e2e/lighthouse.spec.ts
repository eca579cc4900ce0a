import { audit } from "@/scripts/lighthouse/audit";
import { expect, test } from "./fixtures";

/** `npm run lighthouse` audits more pages, and performance, which a busy machine cannot be held to. */
test("Lighthouse finds nothing to improve on the landing page: accessibility, best practices, search engines", async ({
  baseURL,
}) => {
  const { scores, faults } = await audit(`${baseURL}/`, ["accessibility", "best-practices", "seo"]);
  expect(faults).toEqual([]);
  expect(scores).toEqual({ accessibility: 100, "best-practices": 100, seo: 100 });
});
