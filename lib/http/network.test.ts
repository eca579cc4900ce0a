import { expect, test } from "vitest";
import { networkName } from "@/lib/http/network";

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["203.0.113.7:4711", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["::ffff:cb00:7107", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:0DB8:0001:0002::9", "2001:db8:1:2"],
  ["[2001:db8:1:2::9]:443", "2001:db8:1:2"],
  ["::1", "0:0:0:0"],
  [null, "unknown"],
  ["", "unknown"],
  ["_hidden", "unknown"],
  ["unknown", "unknown"],
  ["1".repeat(10_000), "unknown"],
])("%s is counted as %s", (address, name) => expect(networkName(address)).toBe(name));
