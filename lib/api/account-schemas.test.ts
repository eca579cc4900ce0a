import { expect, test } from "vitest";
import { accountIdFromUrl, accountIdToUrl } from "@/lib/accounts/url-id";
import { ID_MAX_LENGTH, isShortId } from "@/lib/format/id-length";
import { readCorrection } from "@/lib/ingest/corrections/input";
import { cleanId } from "@/lib/ingest/values/clean";
import { accountsSchema, mergeBodySchema } from "./account-schemas";

const ids = [1, 127, 128, 200, ID_MAX_LENGTH].flatMap((length) =>
  ["x", "ü", "😀", "👩‍🚀".slice(0, 2)].map((one) => one.repeat(length)),
);

test.each(ids)("%s: an id that ingest accepts is accepted everywhere", (id) => {
  expect(cleanId(id, new Set()).id).toBe(id);
  expect(isShortId(id)).toBe(true);
  expect(accountIdFromUrl(accountIdToUrl(id))).toBe(id);
  expect(mergeBodySchema.parse({ accountId: id })).toEqual({ accountId: id });
  const correction = { kind: "alias", pairs: [[id, "other"]] };
  expect(readCorrection(JSON.stringify(correction))).toEqual(correction);
  expect(accountsSchema.shape.data.element.shape.id.safeParse(id).success).toBe(true);
});

test.each(["x", "😀"])("%s 256 times is rejected as an id everywhere", (one) => {
  const id = one.repeat(ID_MAX_LENGTH + 1);
  expect(cleanId(id, new Set()).id).toBeNull();
  expect(isShortId(id)).toBe(false);
  expect(accountIdFromUrl(id)).toBeNull();
  expect(mergeBodySchema.safeParse({ accountId: id }).success).toBe(false);
  expect(() => readCorrection(JSON.stringify({ kind: "alias", pairs: [[id, "other"]] }))).toThrow();
});
