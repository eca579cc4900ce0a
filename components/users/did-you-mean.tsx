import { RowHead } from "@/components/list/row-head";
import type { UserRow } from "@/components/people/row";
import { BySight } from "@/components/ui/sight";

/** Suggestions when nothing matches: similar spellings, or matches on another tab or outside the filter. */
export function DidYouMean({ search, people }: { search: string; people: UserRow[] }) {
  return (
    <section aria-labelledby="did-you-mean" className="mx-auto grid w-full max-w-md gap-3 px-4 py-10 sm:px-6">
      <h2 id="did-you-mean" className="font-medium">
        <BySight
          masked={`No id here is exactly “${search}”. These begin with it:`}
          full={`Nobody here matches “${search}”. Did you mean…`}
        />
      </h2>
      <ul className="divide-y rounded-lg border text-[13px]">
        {people.map((person) => (
          <li
            key={person.ref}
            className="relative flex h-13 items-center px-3 hover:bg-muted/60 [&_a]:after:absolute [&_a]:after:inset-0"
          >
            <RowHead row={person} />
          </li>
        ))}
      </ul>
      <BySight
        masked={<p className="text-muted-foreground text-sm">You may not see names here, so they are not searched.</p>}
        full={null}
      />
    </section>
  );
}
