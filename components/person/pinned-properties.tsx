import { PanelSection } from "@/components/person/insights";
import { flattenProperties } from "@/components/timeline/item";
import { Link } from "@/components/ui/link";
import type { ProfileDetail } from "@/lib/profiles/types";

/** Properties shown beside the timeline while a project has pinned none. */
const UNPINNED_SHOWN = 10;

/** The pinned properties; the rest is on the Properties tab. */
export function PinnedProperties({ person, pins, href }: { person: ProfileDetail; pins: string[]; href: string }) {
  const all = flattenProperties(person.properties);
  const values = new Map(all);
  const shown: [string, string | undefined][] =
    pins.length > 0 ? pins.map((key) => [key, values.get(key)]) : all.slice(0, UNPINNED_SHOWN);
  const rest = all.filter(([key]) => !shown.some(([other]) => other === key)).length;
  return (
    <PanelSection
      title="Properties"
      hint={
        all.length > 0 && (
          <Link href={`${href}/properties`} className="rounded-sm hover:text-foreground hover:underline">
            {rest > 0 ? `${rest} more` : "History"}
          </Link>
        )
      }
    >
      {all.length === 0 ? (
        <p className="text-muted-foreground text-sm">
          None yet. Send them with <code className="font-mono text-xs">identify</code>: plan, role, company.
        </p>
      ) : (
        <dl className="grid gap-y-1.5 text-[13px]">
          {shown.map(([key, value]) => (
            <div key={key} className="grid grid-cols-[33%_minmax(0,1fr)] gap-x-3">
              <dt className="truncate text-muted-foreground" title={key}>
                {key}
              </dt>
              <dd className="min-w-0 [overflow-wrap:anywhere]">
                {value === undefined ? (
                  <span className="text-muted-foreground">
                    <span aria-hidden="true">—</span>
                    <span className="sr-only">not set</span>
                  </span>
                ) : (
                  <Breakable text={value} />
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </PanelSection>
  );
}

/** Lets a long e-mail address wrap at its @. */
function Breakable({ text }: { text: string }) {
  const at = text.indexOf("@");
  if (at < 1) return text;
  return (
    <>
      {text.slice(0, at)}
      <wbr />
      {text.slice(at)}
    </>
  );
}
