import type { ProjectSettings } from "@/lib/projects/settings";

/**
 * Erases the person a user id belongs to. Erasing stands above ingest (lib/privacy), so the process that has both brings
 * it; where nobody did, an SDK's deletion is refused.
 */
export type Eraser = (project: ProjectSettings, userId: string, requestedBy: string, now: number) => Promise<void>;

const shared = globalThis as typeof globalThis & { throughlineEraser?: Eraser };

export const setEraser = (eraser: Eraser): void => {
  shared.throughlineEraser = eraser;
};

export const eraser = (): Eraser | null => shared.throughlineEraser ?? null;
