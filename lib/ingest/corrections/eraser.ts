import { AppError } from "@/lib/errors";
import { cleanUserId } from "@/lib/ingest/parse/reading";
import type { Authenticated } from "@/lib/projects/clients";
import type { ProjectSettings } from "@/lib/projects/settings";

/**
 * Erases the person a user id belongs to. Injected by the server, as erasure (lib/privacy) is a layer above ingest;
 * without it SDKs' deletions are refused.
 */
export type Eraser = (project: ProjectSettings, userId: string, requestedBy: string, now: number) => Promise<void>;

const shared = globalThis as typeof globalThis & { throughlineEraser?: Eraser };

export const setEraser = (eraser: Eraser): void => {
  shared.throughlineEraser = eraser;
};

/**
 * Erases the users an SDK's request names, with the request's other messages, which must be stored already. Throws
 * `unprocessable` for an id that is not clean (docs/identity.md R1), or if this process has no eraser.
 */
export async function eraseUsers(users: readonly string[], { settings, clientId }: Authenticated): Promise<void> {
  const erase = shared.throughlineEraser;
  if (!erase) throw new AppError("unprocessable", "Erase people in the app or with DELETE /api/v1/profiles/{ref}.");
  for (const user of new Set(users)) {
    const { id, warning } = cleanUserId(settings, user);
    if (id === null) throw new AppError("unprocessable", warning ?? "The user to erase is missing.");
    await erase(settings, id, `client:${clientId}`, Date.now());
  }
}
