import type { z } from "zod";
import { AppError } from "@/lib/errors";
import { isStorable, unstorableAt } from "@/lib/format/storable";
import { readJson } from "@/lib/http/body";

/** The request's query parameters, parsed by `schema`; throws bad_request naming the invalid parameter. */
export function parseQuery<T extends z.ZodObject>(request: Request, schema: T): z.infer<T> {
  const given = new URL(request.url).searchParams;
  const known = Object.keys(schema.shape).flatMap((name) => {
    const value = given.get(name);
    if (value !== null && !isStorable(value)) throw unstorableText(name);
    return value === null ? [] : [[name, value] as const];
  });
  const parsed = schema.safeParse(Object.fromEntries(known));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError("bad_request", issue?.message ?? "This query cannot be read.", { field: issue?.path.join(".") });
}

/** How long a body may be. This API's bodies have a few ids, which take a hundredth of that. */
const MAX_BODY_BYTES = 64 * 1024;

/** The request's JSON body, parsed by `schema`; throws bad_request naming the invalid field, or too_large. */
export async function parseBody<T extends z.ZodType>(
  request: Request,
  schema: T,
  maxBytes = MAX_BODY_BYTES,
): Promise<z.infer<T>> {
  const body = await readJson(request, { maxBytes });
  const unstorable = unstorableAt(body);
  if (unstorable !== null) throw unstorableText(unstorable);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]] : issue?.path;
  const field = path?.join(".");
  throw new AppError("bad_request", issue?.message ?? "This body cannot be read.", field ? { field } : {});
}

const unstorableText = (field: string): AppError =>
  new AppError(
    "bad_request",
    "This contains a NUL or half a character, which cannot be stored.",
    field ? { field } : {},
  );
