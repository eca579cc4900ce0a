import type { ErrorCode } from "@/lib/errors";

/**
 * A form's state after its action ran. `values`: the fields as entered (never a password), as React resets a form once
 * its action has returned.
 */
export type ActionState<T = undefined> =
  | { status: "idle" }
  | { status: "done"; data: T }
  | { status: "failed"; code: ErrorCode | "internal"; message: string; field?: string; values: Record<string, string> };

export const IDLE: ActionState<never> = { status: "idle" };
