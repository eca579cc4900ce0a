export type RejectionCode = "bad_request" | "forbidden" | "too_large" | "too_old" | "unprocessable";

/** Why a message is rejected. Thrown while reading it, caught once per message. */
export class MessageFault extends Error {
  readonly code: RejectionCode;
  /** The field at fault, dotted: "payload.properties.plan". */
  readonly field?: string;

  constructor(code: RejectionCode, message: string, field?: string) {
    super(message);
    this.name = "MessageFault";
    this.code = code;
    if (field !== undefined) this.field = field;
  }
}
