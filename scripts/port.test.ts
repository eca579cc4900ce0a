import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, test } from "vitest";
import { requireFree } from "./port.mjs";

async function taken() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}

test("a port is waited for if its last user leaves it a moment later", async () => {
  const { server, port } = await taken();
  setTimeout(() => server.close(), 200);
  await requireFree(port, "127.0.0.1", 20_000);
});

test("a port that stays taken is refused", async () => {
  const { server, port } = await taken();
  await expect(requireFree(port, "127.0.0.1", 100)).rejects.toMatchObject({ code: "EADDRINUSE" });
  server.close();
});
