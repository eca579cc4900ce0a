import { expect, test } from "vitest";
import { personRemover } from "./erase";

const remover = (ids: string[], addresses: string[]) => {
  const found = personRemover({ ids, addresses });
  if (!found) throw new Error("nothing to look for");
  return found;
};

test("an address is removed anywhere, in any case and at any depth; longer addresses stay", () => {
  const { remove } = remover([], ["ada@x.example"]);
  expect(remove({ of: [{ value: "ADA@x.example" }, "about ada@x.example.", 1, null, true] })).toEqual({
    of: [{ value: "[erased]" }, "about [erased].", 1, null, true],
  });
  expect(remove("Ada@x.example, ada@x.example")).toBe("[erased], [erased]");
  for (const other of ["cada@x.example", "b.ada@x.example", "ada@x.examples", "ada@x.example.org", "ada@x.example-two"])
    expect(remove(other)).toBe(other);
});

test("an id is removed only as a whole text, and only if it cannot mean anything else", () => {
  const { remove } = remover(["42", "user-0123456789"], []);
  expect(remove(["user-0123456789", "u:user-0123456789", "user-01234567890", "42"])).toEqual([
    "[erased]",
    "[erased]",
    "user-01234567890",
    "42",
  ]);
  expect(personRemover({ ids: ["42"], addresses: [] })).toBeNull();
});

test("an address is matched literally, and its needle is escaped as in JSON", () => {
  const { needles, remove } = remover([], ['A+(b)"x.@y.z']);
  expect(needles).toEqual(['a+(b)\\"x.@y.z']);
  expect(remove('a+(b)"x.@y.z')).toBe("[erased]");
  expect(remove('a+(b)"xx@y.z')).toBe('a+(b)"xx@y.z');
});
