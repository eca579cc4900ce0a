import type { Json } from "@/lib/json";

/** One change of one property. `key` is a dotted path to a leaf ("address.city"); `set` with null unsets. */
export type PropertyChange =
  | { mode: "set" | "set_once"; key: string; value: Json }
  | { mode: "increment"; key: string; value: number }
  /** Values added to a list, each once, or removed from it. */
  | { mode: "union" | "remove"; key: string; value: ListItem[] };

export type ListItem = string | number | boolean;
