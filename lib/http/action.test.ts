import { expect, test } from "vitest";
import { AppError } from "@/lib/errors";
import { IDLE } from "@/lib/http/form";
import { formAction } from "./action";

test("an action that fails sends back what was typed, without passwords and codes", async () => {
  const form = new FormData();
  const fields = { email: "ada@example.com", password: "one", current: "two", code: "123456", $ACTION_ID: "x" };
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const failing = formAction(async () => {
    throw new AppError("bad_request", "No.", { field: "email" });
  });
  expect(await failing(IDLE, form)).toEqual({
    status: "failed",
    code: "bad_request",
    message: "No.",
    field: "email",
    values: { email: "ada@example.com" },
  });
});
