/** An action's answer: a form's state, or a read. */
type Answer = { code?: string } | { status: string } | { ok: boolean } | null | undefined;

/** Event by which the screen's ConfirmHost is asked to let members prove that it is them. */
export const CONFIRM_EVENT = "throughline:confirm";
/** The host calls `done` once, and preventDefault to say that it is there. */
export type ConfirmRequest = { done: (isConfirmed: boolean) => void };

/**
 * An action that may answer `unconfirmed`: asks the member in a dialog to prove that it is them, and calls it again with
 * what it was given, so that nothing that was typed is lost. Browser only.
 */
export function confirmed<Given extends unknown[], A extends Answer>(
  action: (...given: Given) => Promise<A>,
): (...given: Given) => Promise<A> {
  return async (...given) => {
    const answer = await action(...given);
    const isAsked = answer && "code" in answer && answer.code === "unconfirmed";
    return isAsked && (await askForProof()) ? action(...given) : answer;
  };
}

const askForProof = (): Promise<boolean> =>
  new Promise((done) => {
    const isAlone = dispatchEvent(
      new CustomEvent<ConfirmRequest>(CONFIRM_EVENT, { detail: { done }, cancelable: true }),
    );
    if (isAlone) done(false);
  });
