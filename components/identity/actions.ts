import { type ActionState, IDLE } from "@/lib/http/form";
import type { CorrectionPreview } from "@/lib/ingest/corrections/apply-correction";
import type { Correction } from "@/lib/ingest/corrections/correction";

/** A person in the search results. */
export type MergeCandidate = {
  ref: string;
  userId: string;
  name: string;
  detail: string;
  avatar: string | null;
  events: number;
};

type Action<T> = (previous: ActionState<T>, form: FormData) => Promise<ActionState<T>>;

/** Server actions that the app passes to the correction dialogs. */
export type CorrectionActions = {
  projectId: string;
  preview: Action<CorrectionPreview>;
  make: Action<null>;
};
export type FindPeople = Action<MergeCandidate[]>;

/** Runs a server action outside a form and returns its error as a sentence for display. */
export async function runAction<T>(action: Action<T>, fields: Record<string, string>): Promise<T> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const state = await action(IDLE, form).catch(() => null);
  if (state?.status === "done") return state.data;
  throw new Error(state?.status === "failed" ? state.message : "No response. Check your connection and try again.");
}

const fieldsOf = (actions: CorrectionActions, correction: Correction) => ({
  projectId: actions.projectId,
  correction: JSON.stringify(correction),
});

export const requestPreview = (actions: CorrectionActions, correction: Correction): Promise<CorrectionPreview> =>
  runAction(actions.preview, fieldsOf(actions, correction));

export const requestCorrection = (actions: CorrectionActions, correction: Correction): Promise<null> =>
  runAction(actions.make, fieldsOf(actions, correction));
