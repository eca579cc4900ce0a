import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { AppError, type ErrorCode } from "@/lib/errors";
import { endThenDestroy, LINGER_MS } from "@/lib/http/linger";

/** Answers to requests that node:http could not parse, by its error code; any other code is a bad request. */
const ANSWERS: Record<string, { status: string; code: ErrorCode; message: string }> = {
  HPE_HEADER_OVERFLOW: {
    status: "431 Request Header Fields Too Large",
    code: "too_large",
    message: "The address and the headers have more than 16 KiB.",
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: "408 Request Timeout",
    code: "timeout",
    message: "The request stopped arriving. Send it again.",
  },
};
const UNREADABLE = { status: "400 Bad Request", code: "bad_request", message: "This is not HTTP." } as const;

/**
 * Answers connections whose request cannot be parsed, in the API's error shape. Node's own answer is lost to a reset
 * while the sender is still writing; this one lingers.
 */
export function answerClientErrors(server: Server, lingerMs = LINGER_MS): void {
  const answered = new WeakSet<Socket>();
  const current = new WeakMap<Socket, ServerResponse>();
  server.on("request", (request, response) => current.set(request.socket, response));
  server.on("clientError", (error: NodeJS.ErrnoException, stream) => {
    const socket = stream as Socket;
    if (answered.has(socket)) return; // each further piece of the same request
    answered.add(socket);
    const response = current.get(socket);
    const isAnswering = response?.headersSent === true && !response.writableFinished;
    if (error.code === "ECONNRESET" || !socket.writable || isAnswering) return void socket.destroy();
    const { status, code, message } = ANSWERS[error.code ?? ""] ?? UNREADABLE;
    const body = JSON.stringify(new AppError(code, message).toBody());
    const head = [
      `HTTP/1.1 ${status}`,
      "content-type: application/json",
      `content-length: ${Buffer.byteLength(body)}`,
      "cache-control: no-store",
      "x-content-type-options: nosniff",
      "connection: close",
    ];
    endThenDestroy(socket, { output: `${head.join("\r\n")}\r\n\r\n${body}`, lingerMs });
  });
}
