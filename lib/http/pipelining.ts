import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * How many requests of a connection may wait behind an unanswered one. Browsers, SDKs and common proxies let none wait.
 */
export const WAITING_REQUESTS = 16;

/**
 * Makes `handle` work on one request per connection at a time, in order. node:http calls its listener for every request
 * as soon as its head is parsed, whether or not earlier ones have been answered or anybody reads the responses: 80 KB
 * with 2,000 pipelined requests made us render 2,000 pages at once. A connection with more than `max` waiting is
 * closed.
 */
export function oneAtATime<Request extends IncomingMessage>(
  handle: (request: Request, response: ServerResponse) => void,
  max = WAITING_REQUESTS,
): (request: Request, response: ServerResponse) => void {
  /** Connections with a request in progress, and the requests waiting behind it. */
  const waiting = new WeakMap<Socket, (() => void)[]>();
  return (request, response) => {
    const { socket } = request;
    if (socket.destroyed) return; // the rest of a chunk with too many requests
    const start = () => {
      response.once("close", () => next(socket));
      handle(request, response);
    };
    const next = (connection: Socket) => {
      const following = connection.destroyed ? undefined : waiting.get(connection)?.shift();
      if (following) following();
      else waiting.delete(connection);
    };
    const queue = waiting.get(socket);
    if (!queue) {
      waiting.set(socket, []);
      start();
    } else if (queue.length < max) {
      // Its body may have been refused while it waited.
      queue.push(() => (response.writableEnded ? next(socket) : start()));
    } else {
      waiting.delete(socket);
      socket.destroy();
    }
  };
}
