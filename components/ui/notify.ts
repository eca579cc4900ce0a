export type Notice = { kind: "success" | "error"; message: string };

/** Heard by NotificationHost. */
export const NOTICE_EVENT = "throughline:notice";

/** Says something for a few seconds in a corner of the screen. In the browser only. */
export function notify(kind: Notice["kind"], message: string): void {
  dispatchEvent(new CustomEvent<Notice>(NOTICE_EVENT, { detail: { kind, message } }));
}
