import { unstable_rethrow } from "next/navigation";
import { z } from "zod";
import { AppError, type ErrorCode } from "@/lib/errors";
import { isStorable, storable } from "@/lib/format/storable";
import type { ActionState } from "@/lib/http/form";
import { httpFaultOf } from "@/lib/http/handle";

/**
 * Makes a server action for useActionState, and is the only catch of such actions: what `work` throws becomes a
 * sentence next to the invalid field. Next's own control flow (redirect, notFound) passes through.
 */
export function formAction<T>(
  work: (form: FormData) => Promise<T>,
): (previous: ActionState<T>, form: FormData) => Promise<ActionState<T>> {
  return async (_previous, sent) => {
    // A client that calls an action directly may send anything.
    const form = sent instanceof FormData ? sent : new FormData();
    try {
      return { status: "done", data: await work(form) };
    } catch (error) {
      unstable_rethrow(error);
      return { status: "failed", ...explain(error), values: enteredValues(form) };
    }
  };
}

/** The result of a read through a server action: a value, or an error message. */
export type ReadResult<T> = { ok: true; data: T } | { ok: false; message: string; code?: "unconfirmed" };

/** A text argument: one that Postgres can store, at most as long as a URL. */
export const textSchema = z.string().max(8_000).refine(isStorable);

/**
 * Makes a server action that reads, and is the only catch of such actions: anything thrown, even for an unreadable
 * cursor, would be a 500 to Next. Anybody who is logged in may call an action with anything, so `schema` (a tuple)
 * parses the arguments first.
 */
export function readAction<Input extends unknown[], Output extends unknown[], T>(
  schema: z.ZodType<Output, Input>,
  work: (...given: Output) => Promise<T>,
): (...given: Input) => Promise<ReadResult<T>> {
  return async (...given) => {
    const read = schema.safeParse(given);
    // The app's own pages send valid arguments. These come from another version of them, or from somebody who
    // experiments.
    if (!read.success) return { ok: false, message: "This could not be read. Reload the page and try again." };
    try {
      return { ok: true, data: await work(...read.data) };
    } catch (error) {
      unstable_rethrow(error);
      const { code, message } = explain(error);
      return { ok: false, message, ...(code === "unconfirmed" ? { code } : {}) };
    }
  };
}

/** Like `readAction`, for server actions that change something: returns the error as a sentence, or null. */
export function changeAction<Input extends unknown[], Output extends unknown[]>(
  schema: z.ZodType<Output, Input>,
  work: (...given: Output) => Promise<void>,
): (...given: Input) => Promise<string | null> {
  const run = readAction(schema, work);
  return async (...given) => {
    const done = await run(...given);
    return done.ok ? null : done.message;
  };
}

function explain(error: unknown): { code: ErrorCode | "internal"; message: string; field?: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message, field: error.field };
  return httpFaultOf(error, "action").body.error as { code: ErrorCode | "internal"; message: string };
}

/** A form field as storable text; "" if it is absent or a file. */
export function formText(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === "string" ? storable(value) : "";
}

/** Fields that are never sent back. */
const SECRETS = new Set(["password", "current", "code", "proof", "token"]);

/** The values as they were entered, for the form to show again. */
function enteredValues(form: FormData): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [name, value] of form) {
    if (typeof value === "string" && !SECRETS.has(name) && !name.startsWith("$")) values[name] = value;
  }
  return values;
}
