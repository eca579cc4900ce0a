import type { Server } from "node:http";
import type { Socket } from "node:net";
import { isInnerAddress } from "@/lib/http/inner-address";

/** Connections one address may have open. An office or a mobile network behind one has hundreds, each page a few. */
export const PER_ADDRESS = 1_000;

/**
 * Closes what one address opens beyond its share, before a byte of it is read. By the other end of the socket, whatever
 * a header says; inner addresses are proxies, behind which everybody is. An entry per address with a connection.
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
