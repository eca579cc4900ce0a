import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./root";

test("wherever the server is started from, it has the same options of Node", () => {
  const flags = ["package.json", "Dockerfile", "deploy/throughline.service"].map((file) => {
    const text = readFileSync(join(root, file), "utf8").replaceAll(/", "/g, " ");
    return /node (--\S+ )*scripts\/start\.mjs/.exec(text.split("\n").find((line) => isStart(line)) ?? "")?.[0];
  });
  expect(new Set(flags)).toEqual(
    new Set(["node --max-semi-space-size=32 --heap-growing-percent=50 scripts/start.mjs"]),
  );
});

const isStart = (line: string): boolean => /^\s*("start":|CMD|ExecStart=).*scripts\/start\.mjs/.test(line);
