import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as amplitude from "@amplitude/analytics-node";
import * as segment from "@segment/analytics-node";
import umami from "@umami/node";
import { marked } from "marked";
import Mixpanel from "mixpanel";
import { PostHog } from "posthog-node";
import { expect, test, vi } from "vitest";
import { eventsOf, makeProject, type TestProject } from "@/tests/ingest/support";
import { expectQuiet, serveCustomer, serveThroughline } from "./support";

/** Runs the code of docs/migrate verbatim: only key, secret and URL are filled in. */
const throughline = serveThroughline();
const customer = serveCustomer();

/** The page's TypeScript, a statement a line, for this project. */
function codeOf(product: string, project: TestProject): string[] {
  const text = readFileSync(join(import.meta.dirname, `../../docs/migrate/${product}.md`), "utf8");
  const block = marked.lexer(text).find((token) => token.type === "code" && token.lang === "ts");
  if (block?.type !== "code") throw new Error(`docs/migrate/${product}.md shows no code.`);
  const host = throughline.url().slice("http://".length);
  const code = (block.text as string)
    .replaceAll("0192f0a0-…", project.write.clientId)
    .replaceAll("<client id>", project.write.clientId)
    .replaceAll("<client secret>", project.write.clientSecret)
    .replaceAll("https://t.example.com", throughline.url())
    // Mixpanel's Node library takes a bare host and uses https, which this server does not offer.
    .replaceAll('host: "t.example.com"', `host: "${host}", protocol: "http"`);
  expect(code).toContain(host);
  expect(code).not.toContain("example.com");
  return code.split("\n").map((line) => line.replace(/;\s*(\/\/.*)?$/, ""));
}

const arrives = (project: TestProject) =>
  vi.waitFor(async () => expect((await eventsOf(project)).map(({ name }) => name)).toContain("from_docs"), {
    timeout: 20_000,
    interval: 100,
  });

test.each([
  ["openpanel", (line: string) => `import { OpenPanel } from "@openpanel/web"; (${line}).track("from_docs");`],
  [
    "segment",
    (line: string) => `import { AnalyticsBrowser } from "@segment/analytics-next"; (${line}).track("from_docs");`,
  ],
  ["posthog", (line: string) => `import posthog from "posthog-js"; ${line}; posthog.capture("from_docs");`],
  ["mixpanel", (line: string) => `import mixpanel from "mixpanel-browser"; ${line}; mixpanel.track("from_docs");`],
])("in the browser: %s", async (product, around) => {
  const project = await makeProject();
  const [line = ""] = codeOf(product, project);
  const { consoleLines } = await customer.visit(around(line));
  await arrives(project);
  expectQuiet(throughline, consoleLines);
});

/** What the line makes, where `names` mean what the package exports. */
const run = (line: string, names: Record<string, unknown>): unknown =>
  new Function(...Object.keys(names), `return ${line}`)(...Object.values(names));

test.each([
  [
    "segment",
    1,
    async (line: string) => {
      const analytics = run(line, { Analytics: segment.Analytics }) as segment.Analytics;
      analytics.track({ userId: "u_1", event: "from_docs" });
      await analytics.closeAndFlush();
    },
  ],
  [
    "posthog",
    1,
    async (line: string) => {
      const posthog = run(line, { PostHog }) as PostHog;
      posthog.capture({ distinctId: "u_1", event: "from_docs" });
      await posthog.shutdown();
    },
  ],
  [
    "mixpanel",
    1,
    async (line: string) => {
      const mixpanel = run(line, { Mixpanel }) as Mixpanel.Mixpanel;
      await new Promise<void>((resolve, reject) =>
        mixpanel.track("from_docs", { distinct_id: "u_1" }, (error) => (error ? reject(error) : resolve())),
      );
    },
  ],
  [
    "amplitude",
    1,
    async (line: string) => {
      await (run(line, { amplitude }) as ReturnType<typeof amplitude.init>).promise;
      const tracked = amplitude.track("from_docs", {}, { user_id: "u_1" });
      await amplitude.flush().promise;
      expect((await tracked.promise).code).toBe(200);
    },
  ],
  [
    "umami",
    0,
    async (line: string) => {
      run(line, { umami });
      expect((await umami.track("from_docs")).status).toBe(200);
    },
  ],
])("on a server: %s", async (product, index, send) => {
  const project = await makeProject();
  await send(codeOf(product, project)[index] ?? "");
  await arrives(project);
});
