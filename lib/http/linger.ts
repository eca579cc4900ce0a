import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** How long a sender may keep writing after our response before the connection is cut. */
export const LINGER_MS = 5_000;

/**
 * Lets a response reach a sender who is still writing. Closing a socket with unread bytes resets the connection, and
 * the reset discards the response: the sender sees ECONNRESET instead of the 413. So a response sent before the whole
 * body has arrived announces the end of the connection, the rest of the body is discarded, and the socket is destroyed
 * when the sender closes it, or `lingerMs` later.
 */
export function lingerAfterEarlyAnswer(request: IncomingMessage, response: ServerResponse, lingerMs = LINGER_MS): void {
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (...args: unknown[]) => {
    if (!request.complete) response.setHeader("connection", "close");
    return writeHead(...args);
  };
  // Before node's own listener, which closes the connection.
  response.prependOnceListener("finish", () => {
    if (request.complete) return;
    request.socket.destroySoon = () => endThenDestroy(request.socket, { lingerMs });
    request.resume();
  });
}

/**
 * Flushes the output, then sends a FIN; the socket itself is destroyed when the other end closes it, or after
 * `lingerMs`.
 */
export function endThenDestroy(socket: Socket, { output = "", lingerMs = LINGER_MS } = {}): void {
  socket.end(output);
  const cut = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.once("close", () => clearTimeout(cut));
}
