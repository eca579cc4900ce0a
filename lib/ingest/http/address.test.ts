import { expect, test } from "vitest";
import { clientAddress } from "@/lib/ingest/http/address";

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
