import type { z } from "zod";
import { AppError } from "@/lib/errors";

/**
 * `input` as `schema` reads it. Otherwise throws `unprocessable` with the first fault's message, which is shown to
 * people, and the dotted name of the input at fault in `field`. A lone value has the name given as `field`.
 */
export function valid<T>(schema: z.ZodType<T>, input: unknown, field?: string): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]] : (issue?.path ?? []);
  throw new AppError("unprocessable", issue?.message ?? "This input cannot be read.", {
    field: path.length > 0 ? path.map(String).join(".") : field,
  });
}
