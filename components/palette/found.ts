import type { UserRow } from "@/components/people/row";

/** What a search of the palette finds (GET /api/projects/{id}/search). */
export type Found = { people: UserRow[]; segments: { name: string; href: string }[] };
