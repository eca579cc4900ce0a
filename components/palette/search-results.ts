import type { UserRow } from "@/components/people/row";

/** Search results of the palette (GET /api/projects/{id}/search). */
export type SearchResults = {
  people: UserRow[];
  accounts: { id: string; name: string; detail: string; href: string }[];
  segments: { name: string; of: "people" | "accounts"; href: string }[];
};
