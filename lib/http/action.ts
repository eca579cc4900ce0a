import { unstable_rethrow } from "next/navigation";
import { z } from "zod";
import { AppError, type ErrorCode } from "@/lib/errors";
import { isStorable, storable } from "@/lib/format/storable";
import { faultOf } from "@/lib/http/faults";
import type { ActionState } from "@/lib/http/form";

/**
 * The one catch of server actions: what `work` throws becomes a sentence beside the field at fault, for useActionState.
 * Next's own control flow (redirect, notFound) passes through.
 */
export function action<T>(
  work: (form: FormData) => Promise<T>,
): (previous: ActionState<T>, form: FormData) => Promise<ActionState<T>> {
  return async (_previous, sent) => {
    // Called by hand an action gets anything in place of a form.
    const form = sent instanceof FormData ? sent : new FormData();
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

/** A text argument: what Postgres can store, as long as an address can be. */
export const textArgument = z.string().max(8_000).refine(isStorable);

/**
 * The one catch of server actions that read. Anybody with a session may call an action with anything, so `schema` (a
 * tuple) reads the arguments first; anything thrown would be a 500 to Next, an unreadable cursor included.
 */
export function reading<Input extends unknown[], Output extends unknown[], T>(
  schema: z.ZodType<Output, Input>,
  work: (...given: Output) => Promise<T>,
): (...given: Input) => Promise<Read<T>> {
  return async (...given) => {
    const read = schema.safeParse(given);
    // The app's own pages send what fits: this is another version of them, or somebody who tries.
    if (!read.success) return { ok: false, message: "This could not be read. Reload the page and try again." };
    try {
      return { ok: true, data: await work(...read.data) };
    } catch (error) {
      unstable_rethrow(error);
      return { ok: false, message: explain(error).message };
    }
  };
}

/** As `reading` for server actions that change something: answers what is wrong, in words, or null. */
export function changing<Input extends unknown[], Output extends unknown[]>(
  schema: z.ZodType<Output, Input>,
  work: (...given: Output) => Promise<void>,
): (...given: Input) => Promise<string | null> {
  const run = reading(schema, work);
  return async (...given) => {
    const done = await run(...given);
    return done.ok ? null : done.message;
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
