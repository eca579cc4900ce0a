import type { z } from "zod";
import { AppError } from "@/lib/errors";

/** The request's query parameters as `schema` reads them; throws bad_request naming the parameter at fault. */
export function parseQuery<T extends z.ZodObject>(request: Request, schema: T): z.infer<T> {
  const given = new URL(request.url).searchParams;
  const known = Object.keys(schema.shape).flatMap((name) => {
    const value = given.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  const parsed = schema.safeParse(Object.fromEntries(known));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AppError("bad_request", issue?.message ?? "This query cannot be read.", { field: issue?.path.join(".") });
}
