import type { ComponentProps } from "react";
import { EraseUser } from "@/components/identity/erase-user";
import { displayName } from "@/components/people/row";
import type { ProfileDetail } from "@/lib/profiles/types";

type EraseSectionProps = Pick<ComponentProps<typeof EraseUser>, "preview" | "erase"> & {
  person: ProfileDetail;
  projectId: string;
  mayErase: boolean;
};

/** Explains what erasing a person means, with the button for those who may. */
export function EraseSection({ person, projectId, mayErase, preview, erase }: EraseSectionProps) {
  return (
    <section aria-labelledby="erase" className="grid gap-3 border-t pt-6">
      <h2 id="erase" className="font-medium text-sm">
        Erase this user
      </h2>
      <div className="grid gap-2 text-pretty text-muted-foreground text-sm">
        <p>
          Everything stored about {displayName(person)} is deleted: events, sessions, properties, notes, user ids,
          devices and list memberships. All of it is hidden at once. Events that arrive late, or name this user on a
          device they used before, are dropped. On a shared device, other users' data stays.
        </p>
        <p>Only a one-way hash of each id and a signed receipt remain. This cannot be undone.</p>
      </div>
      {mayErase ? (
        <EraseUser
          projectId={projectId}
          person={{ ref: person.ref, name: displayName(person) }}
          preview={preview}
          erase={erase}
        />
      ) : (
        <p className="text-sm">Only owners and admins can erase users. Ask one of them.</p>
      )}
    </section>
  );
}
