import { eventKey } from "@/components/timeline/item";
import { Link } from "@/components/ui/link";
import { docsHref } from "@/lib/docs/pages";
import { formatExactTime } from "@/lib/format/time";
import { idInRef, isAnonymousRef } from "@/lib/identity/person-ref";
import type { ConsentDecision } from "@/lib/timeline/consents.queries";

type ConsentsProps = { notes: readonly ConsentDecision[]; zone: string; href: string };

/** The person's consent decisions; each links to its place in the timeline. */
export function Consents({ notes, zone, href }: ConsentsProps) {
  return (
    <section aria-labelledby="consent" className="grid gap-3 border-t pt-6">
      <h2 id="consent" className="font-medium text-sm">
        Consent
      </h2>
      {notes.length === 0 ? (
        <p className="text-pretty text-muted-foreground text-sm">
          No decision is recorded.{" "}
          <Link href={docsHref("consent")} className="font-medium text-primary underline-offset-4 hover:underline">
            How to record one
          </Link>
        </p>
      ) : (
        <ol className="divide-y rounded-lg border text-sm">
          {notes.map((note, index) => (
            <li
              key={note.id}
              className="grid gap-x-4 gap-y-0.5 px-4 py-2.5 sm:grid-cols-[7rem_minmax(0,1fr)_auto] sm:items-baseline"
            >
              <span className={note.granted ? "font-medium text-positive" : "font-medium text-destructive"}>
                {note.granted ? "Given" : "Withdrawn"}
                {index === 0 && <span className="ml-2 font-normal text-muted-foreground text-xs">now</span>}
              </span>
              <span className="min-w-0 break-words">
                {note.version === null ? "No version given" : `Text ${note.version}`}
                {note.purposes.length > 0 && (
                  <span className="text-muted-foreground"> · {note.purposes.join(", ")}</span>
                )}
                <span className="block text-muted-foreground text-xs">
                  {isAnonymousRef(note.actor) ? "On a device, without a user id" : `As ${idInRef(note.actor)}`}
                </span>
              </span>
              <Link
                href={`${href}?event=${eventKey(note)}`}
                prefetch={false}
                className="text-muted-foreground text-xs tabular-nums underline-offset-4 hover:underline"
              >
                {formatExactTime(note.ts, zone)}
              </Link>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
