/** `action`: an optional button. */
export type Notice = {
  kind: "success" | "error";
  message: string;
  action?: { label: string; run: () => void };
};

/** Event that NotificationHost listens to. */
export const NOTICE_EVENT = "throughline:notice";

/** Shows a message in a corner of the screen for a few seconds. Browser only. */
export function notify(kind: Notice["kind"], message: string, action?: Notice["action"]): void {
  dispatchEvent(new CustomEvent<Notice>(NOTICE_EVENT, { detail: { kind, message, action } }));
}
