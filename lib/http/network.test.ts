import { describe, expect, test } from "vitest";
import { clientAddress, networkName, networkOf, plainAddress } from "@/lib/http/network";

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

test.each([
  ["without proxies the socket's, whatever the header says", "1.1.1.1", "9.9.9.9", 0, "1.1.1.1"],
  ["behind one proxy the last entry", "10.0.0.1", "9.9.9.9, 2.2.2.2", 1, "2.2.2.2"],
  ["behind two the second to last", "10.0.0.1", "9.9.9.9, 2.2.2.2, 10.0.0.2", 2, "2.2.2.2"],
  ["a header shorter than the chain: its first entry", "10.0.0.1", "2.2.2.2", 3, "2.2.2.2"],
  ["a proxy that added nothing: the socket's", "10.0.0.1", undefined, 1, "10.0.0.1"],
  ["behind Next the address that Next added", null, "9.9.9.9, 1.1.1.1", 0, "1.1.1.1"],
  ["neither is known", null, undefined, 0, null],
  ["nonsense is not an address", "10.0.0.1", "unknown", 1, null],
] as const)("the client's address: %s", (_guarantee, socket, header, proxies, ip) =>
  expect(clientAddress(socket, header, proxies)).toBe(ip),
);

describe("an IPv6 address counts with its /64", () => {
  test.each([
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
    ["2001:db8:1:2::9", "2001:db8:1:2"],
    ["2001:db8::9", "2001:db8:0:0"],
    ["2001:db8::5:4:3:2:1", "2001:db8:0:5"],
    ["::9", "0:0:0:0"],
    ["203.0.113.7", "203.0.113.7"],
  ])("%s", (address, network) => expect(networkOf(address)).toBe(network));
});
