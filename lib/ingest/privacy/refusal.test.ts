import { expect, test } from "vitest";
import { privacySignalOf } from "@/lib/ingest/privacy/refusal";

test.each([
  [{ "sec-gpc": "1" }, "gpc"],
  [{ dnt: "1" }, "dnt"],
  [{ "sec-gpc": "1", dnt: "1" }, "gpc"],
  [{ "sec-gpc": "0", dnt: "1" }, "dnt"],
  [{ "sec-gpc": "1, 1" }, "gpc"],
  [{ dnt: "0" }, null],
  [{ dnt: "null" }, null],
  [{ dnt: "" }, null],
  [{ "sec-gpc": "true" }, null],
  [{ dnt: "10" }, null],
  [{}, null],
])("%o is the signal %s", (headers, signal) => expect(privacySignalOf(headers)).toBe(signal));
