import { NoteBody } from "@/components/notes/note-body";
import { accountHref } from "@/components/people/account";
import { personName } from "@/components/people/person-name";
import { userHref } from "@/components/people/row";
import { Ago, type Clock } from "@/components/time";
import { Link } from "@/components/ui/link";
import { type Mentionable, notePieces } from "@/lib/notes/mentions";
import type { AnyMention } from "@/lib/notes/mentions.queries";

type MentionsProps = {
  mentions: (AnyMention & { author: string })[];
  members: Mentionable[];
  clock: Clock;
  projectId: string;
};

function aboutOf(mention: AnyMention, projectId: string): { name: string; href: string } {
  if ("account" in mention) return { name: mention.account.name, href: accountHref(projectId, mention.account.id) };
  return { name: personName(mention.person), href: userHref(projectId, mention.person.ref) };
}

/** Notes that mention the reader; renders nothing without any. */
export function Mentions({ mentions, members, clock, projectId }: MentionsProps) {
  if (mentions.length === 0) return null;
  return (
    <section>
      <h2 className="mb-2 font-medium text-sm">You were mentioned</h2>
      <ul className="grid gap-3 rounded-lg border p-4">
        {mentions.map((mention) => (
          <li key={mention.id} className="grid gap-0.5">
            <p className="text-muted-foreground text-xs">
              {mention.author}, in a note on{" "}
              <Link
                prefetch={false}
                href={`${aboutOf(mention, projectId).href}/notes`}
                className="font-medium text-foreground underline underline-offset-4 hover:text-primary"
              >
                {aboutOf(mention, projectId).name}
              </Link>
              , <Ago ts={mention.createdAt} clock={clock} />
            </p>
            <NoteBody pieces={notePieces(mention.body, members)} />
          </li>
        ))}
      </ul>
    </section>
  );
}
