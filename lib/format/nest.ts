import type { Json, JsonObject } from "@/lib/json";

/**
 * Dotted leaf keys as nested objects: { "address.city": "Berlin" } → { address: { city: "Berlin" } }.
 * Where both "a" and "a.b" hold a value, "a.b" stays a literal key beside "a", so no value is lost.
 * Keys come out in alphabetical order, whatever order they were stored in. O(total length of the keys).
 */
export function nest(flat: JsonObject): JsonObject {
  const root: JsonObject = {};
  for (const key of Object.keys(flat).sort()) {
    const path = key.split(".");
    const value = flat[key] as Json;
    if (path.some((part) => part === "" || part === "__proto__") || shadowed(path, flat)) {
      define(root, key, value);
      continue;
    }
    let branch = root;
    for (const part of path.slice(0, -1)) {
      if (!Object.hasOwn(branch, part)) define(branch, part, {});
      branch = branch[part] as JsonObject;
    }
    define(branch, path[path.length - 1] as string, value);
  }
  return root;
}

/** Does a proper prefix of `path` hold a value of its own? */
function shadowed(path: string[], flat: JsonObject): boolean {
  for (let length = 1; length < path.length; length++) {
    if (Object.hasOwn(flat, path.slice(0, length).join("."))) return true;
  }
  return false;
}

/** An own property under any name, "__proto__" too. */
function define(target: JsonObject, key: string, value: Json): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
}
