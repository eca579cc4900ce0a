import { unstable_rethrow } from "next/navigation";
import { AppError, type ErrorCode } from "@/lib/errors";
import { storable } from "@/lib/format/storable";
import { faultOf } from "@/lib/http/faults";
import type { ActionState } from "@/lib/http/form";

/**
 * The one catch of server actions: what `work` throws becomes a sentence beside the field at fault, for useActionState.
 * Next's own control flow (redirect, notFound) passes through.
 */
export function action<T>(
  work: (form: FormData) => Promise<T>,
): (previous: ActionState<T>, form: FormData) => Promise<ActionState<T>> {
  return async (_previous, form) => {
    try {
      return { status: "done", data: await work(form) };
    } catch (error) {
      unstable_rethrow(error);
      return { status: "failed", ...explain(error), values: typed(form) };
    }
  };
}

/** What a read through a server action answers: a value, or in words why there is none. */
export type Read<T> = { ok: true; data: T } | { ok: false; message: string };

/** The one catch of server actions that read: anything thrown would be a 500 to Next, an unreadable cursor included. */
export function reading<Arguments extends unknown[], T>(
  work: (...given: Arguments) => Promise<T>,
): (...given: Arguments) => Promise<Read<T>> {
  return async (...given) => {
    try {
      return { ok: true, data: await work(...given) };
    } catch (error) {
      unstable_rethrow(error);
      return { ok: false, message: explain(error).message };
    }
  };
}

function explain(error: unknown): { code: ErrorCode | "internal"; message: string; field?: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message, field: error.field };
  return faultOf(error, "action").body.error as { code: ErrorCode | "internal"; message: string };
}

/** A form field as text that can be stored; "" when it is absent or a file. */
export function text(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? storable(value) : "";
}

function typed(form: FormData): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of form) {
    if (typeof value === "string" && name !== "password" && !name.startsWith("$")) values[name] = value;
  }
  return values;
}
