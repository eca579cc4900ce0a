import type { UserRow } from "@/components/people/row";

/** Search results of the palette (GET /api/projects/{id}/search). */
export type Found = { people: UserRow[]; segments: { name: string; href: string }[] };
