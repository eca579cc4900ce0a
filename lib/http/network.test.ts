import { expect, test } from "vitest";
import { networkName, plainAddress } from "@/lib/http/network";

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

test.each([
  ["::ffff:1.2.3.4", "1.2.3.4"],
  ["1.2.3.4:567", "1.2.3.4"],
  ["[2001:DB8::1]:80", "2001:db8::1"],
  ["2001:0db8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
  ["::ffff:0102:0304", "1.2.3.4"],
  ["fe80::1%eth0", "fe80::1"],
  [`${"1".repeat(5_000)}`, null],
  ["", null],
])("%s is %s", (text, ip) => expect(plainAddress(text)).toBe(ip));
