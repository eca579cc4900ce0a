import type { z } from "zod";
import { AppError } from "@/lib/errors";

/**
 * Parses `input` by `schema`, or throws `unprocessable` with the first fault's message, which is shown to people, and
 * the dotted path of the invalid input as its `field`. The argument `field` names an input that is a single value.
 */
export function parseInput<T>(schema: z.ZodType<T>, input: unknown, field?: string): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const path = issue?.code === "unrecognized_keys" ? [...issue.path, issue.keys[0]] : (issue?.path ?? []);
  throw new AppError("unprocessable", issue?.message ?? "This input cannot be read.", {
    field: path.length > 0 ? path.map(String).join(".") : field,
  });
}
