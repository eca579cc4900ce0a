import { type ActionState, IDLE } from "@/lib/http/form";

export type TypedFormAction<T> = (previous: ActionState<T>, form: FormData) => Promise<ActionState<T>>;

/** Runs a server action outside a form and returns its error as a sentence for display. */
export async function submitForm<T>(action: TypedFormAction<T>, fields: Record<string, string>): Promise<T> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const state = await action(IDLE, form).catch(() => null);
  if (state?.status === "done") return state.data;
  throw new Error(state?.status === "failed" ? state.message : "No response. Check your connection and try again.");
}
