import type { Server } from "node:http";
import type { Socket } from "node:net";
import { isInnerAddress } from "@/lib/http/network";

/**
 * How many connections one address may have open. An office or a mobile network behind one address has hundreds, a page
 * a few.
 */
export const PER_ADDRESS = 1_000;

/**
 * Closes connections that one address opens beyond its share, before reading a byte. Addresses are those of the
 * socket's peer, regardless of headers; private ones are exempt, as they are proxies for everybody. One entry per
 * address with a connection.
 */
export function limitConnections(server: Server, perAddress = PER_ADDRESS, isShared = isInnerAddress): void {
  const open = new Map<string, number>();
  server.on("connection", (socket: Socket) => {
    const address = socket.remoteAddress;
    if (address === undefined || isShared(address)) return;
    const count = (open.get(address) ?? 0) + 1;
    if (count > perAddress) return void socket.destroy();
    open.set(address, count);
    socket.once("close", () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
  });
}
