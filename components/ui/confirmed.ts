/** An action's result: a form's state, or a read. */
type Answer = { code?: string } | { status: string } | { ok: boolean } | null | undefined;

/** The event that makes the screen's ConfirmHost let members confirm that it is them. */
export const CONFIRM_EVENT = "throughline:confirm";
/** The host calls `done` once, and preventDefault to signal its presence. */
export type ConfirmRequest = { done: (isConfirmed: boolean) => void };

/**
 * Wraps an action that may return `unconfirmed`: lets the member confirm in a dialog that it is them, then calls it
 * again with the same arguments, so that no input is lost. Browser only.
 */
export function confirmed<Args extends unknown[], A extends Answer>(
  action: (...args: Args) => Promise<A>,
): (...args: Args) => Promise<A> {
  return async (...args) => {
    const answer = await action(...args);
    const needsProof = answer && "code" in answer && answer.code === "unconfirmed";
    return needsProof && (await askForProof()) ? action(...args) : answer;
  };
}

const askForProof = (): Promise<boolean> =>
  new Promise((done) => {
    const isAlone = dispatchEvent(
      new CustomEvent<ConfirmRequest>(CONFIRM_EVENT, { detail: { done }, cancelable: true }),
    );
    if (isAlone) done(false);
  });
