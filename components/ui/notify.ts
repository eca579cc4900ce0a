/** `action`: one thing to do about it, as a button. */
export type Notice = {
  kind: "success" | "error";
  message: string;
  action?: { label: string; run: () => void };
};

/** Heard by NotificationHost. */
export const NOTICE_EVENT = "throughline:notice";

/** Says something for a few seconds in a corner of the screen. In the browser only. */
export function notify(kind: Notice["kind"], message: string, action?: Notice["action"]): void {
  dispatchEvent(new CustomEvent<Notice>(NOTICE_EVENT, { detail: { kind, message, action } }));
}
