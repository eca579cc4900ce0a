import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./root";

test("every way to start the server passes the same Node options", () => {
  const flags = ["package.json", "Dockerfile", "deploy/throughline.service"].map((file) => {
    const text = readFileSync(join(root, file), "utf8").replaceAll(/", "/g, " ");
    return /node (--\S+ )*scripts\/start\.mjs/.exec(text.split("\n").find((line) => isStart(line)) ?? "")?.[0];
  });
  expect(new Set(flags)).toEqual(
    new Set(["node --max-semi-space-size=32 --heap-growing-percent=50 --disable-warning=DEP0169 scripts/start.mjs"]),
  );
});

test("whatever stops the server waits 40 s before it kills it, as docs/operations.md asks", () => {
  const seconds = {
    "docker-compose.yml": /build: \.[\s\S]*?stop_grace_period: (\d+)s/,
    "deploy/throughline.service": /^TimeoutStopSec=(\d+)$/m,
    "deploy/kubernetes/deployment.yaml": /terminationGracePeriodSeconds: (\d+)$/m,
    "docs/operations.md": /Give it (\d+) s before you kill it/,
  };
  for (const [file, pattern] of Object.entries(seconds))
    expect(pattern.exec(readFileSync(join(root, file), "utf8"))?.[1], file).toBe("40");
});

const isStart = (line: string): boolean => /^\s*("start":|CMD|ExecStart=).*scripts\/start\.mjs/.test(line);
