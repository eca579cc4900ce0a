import { Download } from "lucide-react";
import { flattenProperties } from "@/components/timeline/item";
import { Button } from "@/components/ui/button";
import { Link } from "@/components/ui/link";
import { formatCount, pluralCount } from "@/lib/format/number";
import { formatDate } from "@/lib/format/time";
import type { ProfileDetail } from "@/lib/profiles/types";

type StoredProps = {
  person: ProfileDetail;
  /** The names of their accounts by id, where known. */
  accountNames: ReadonlyMap<string, string>;
  notes: number;
  zone: string;
  href: string;
};

/** What is stored about a person, how much and where to see it, and what is not. */
export function StoredData({ person, accountNames, notes, zone, href }: StoredProps) {
  const users = person.identities.filter(({ kind }) => kind === "user").length;
  const devices = person.identities.length - users;
  const accounts = (person.facts?.accounts ?? []).map((id) => accountNames.get(id) ?? id);
  // People may have been seen before they were identified.
  const moments = [person.firstSeen, person.createdAt].filter((at) => at !== null);
  const since = moments.length > 0 ? Math.min(...moments) : null;
  const rows: { what: string; amount: string; detail: string; to?: string }[] = [
    {
      what: "Ids",
      amount:
        [users > 0 && pluralCount(users, "user id"), devices > 0 && pluralCount(devices, "device")]
          .filter(Boolean)
          .join(", ") || "None",
      detail: "The ids your servers use, and the random or daily ids of their devices",
      to: `${href}/identities`,
    },
    {
      what: "Properties",
      amount: pluralCount(flattenProperties(person.properties).length, "value"),
      detail: "With the time, source and previous value of each change",
      to: `${href}/properties`,
    },
    {
      what: "Events",
      amount: formatCount(person.events),
      detail: "Name, time, page, referrer and the properties sent with them",
      to: href,
    },
    {
      what: "Sessions",
      amount: formatCount(person.sessions),
      detail: "Country and city, kind of device, browser and system; no IP address",
      to: `${href}/sessions`,
    },
    ...(accounts.length > 0
      ? [{ what: "Accounts", amount: accounts.join(", "), detail: "The companies they acted for" }]
      : []),
    { what: "Notes", amount: formatCount(notes), detail: "What your team wrote about them", to: `${href}/notes` },
  ];
  return (
    <section aria-labelledby="stored" className="grid gap-3">
      <h2 id="stored" className="font-medium text-sm">
        What is stored
      </h2>
      {since !== null && (
        <p className="text-muted-foreground text-sm">
          Since {formatDate(since, zone)}, until erased. Events are deleted earlier if the project limits their
          retention.
        </p>
      )}
      <dl className="divide-y rounded-lg border text-sm">
        {rows.map(({ what, amount, detail, to }) => (
          <div key={what} className="grid gap-x-4 gap-y-0.5 px-4 py-2.5 sm:grid-cols-[7rem_minmax(0,1fr)]">
            <dt className="text-muted-foreground">{what}</dt>
            <dd className="min-w-0">
              {to ? (
                <Link href={to} className="font-medium tabular-nums underline-offset-4 hover:underline">
                  {amount}
                </Link>
              ) : (
                <span className="break-words font-medium">{amount}</span>
              )}
              <span className="block text-pretty text-muted-foreground text-xs">{detail}</span>
            </dd>
          </div>
        ))}
      </dl>
      <div className="flex flex-wrap items-center gap-3">
        <Button asChild variant="outline" size="sm">
          <a href={`${href}/privacy/export?format=zip`} download>
            <Download aria-hidden="true" />
            Export everything
          </a>
        </Button>
        <p className="min-w-0 flex-1 basis-56 text-pretty text-muted-foreground text-xs">
          All of the above, with who looked at it, as a page to read and as JSON in one zip file, for answering access
          requests.
        </p>
      </div>
    </section>
  );
}
