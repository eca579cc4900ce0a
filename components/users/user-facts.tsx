import { Fingerprint, MonitorSmartphone } from "lucide-react";
import type { ReactNode } from "react";
import { Ago, type Clock } from "@/components/time";
import { flatten } from "@/components/timeline/item";
import { CopyButton } from "@/components/ui/copy-button";
import { counted } from "@/lib/format/number";
import type { ProfileDetail, ProfileIdentity } from "@/lib/profiles/types";

/** What is known of somebody beside what they did: their properties and the ids they go by. */
export function UserFacts({ person, clock }: { person: ProfileDetail; clock: Clock }) {
  const properties = flatten(person.properties);
  return (
    <>
      <Section title="Properties">
        {properties.length === 0 ? (
          <p className="text-muted-foreground text-sm">
            None yet. Send them with <code className="font-mono text-xs">identify</code>: plan, role, company.
          </p>
        ) : (
          <dl className="grid gap-y-1.5 text-[13px]">
            {properties.map(([key, value]) => (
              <div key={key} className="grid grid-cols-[34%_minmax(0,1fr)] gap-x-3">
                <dt className="truncate text-muted-foreground" title={key}>
                  {key}
                </dt>
                <dd className="min-w-0 [overflow-wrap:anywhere]">
                  <Breakable text={value} />
                </dd>
              </div>
            ))}
          </dl>
        )}
      </Section>
      <Section title="Known by">
        <ul className="grid gap-3">
          {person.identities.map((identity) => (
            <Identity key={identity.kind + identity.id} identity={identity} clock={clock} />
          ))}
        </ul>
      </Section>
    </>
  );
}

/** A long e-mail address breaks at its @ rather than anywhere. */
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

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="border-b px-4 py-4 sm:px-6 lg:px-5">
      <h2 className="mb-2.5 font-medium text-sm">{title}</h2>
      {children}
    </section>
  );
}

function Identity({ identity, clock }: { identity: ProfileIdentity; clock: Clock }) {
  const device = identity.kind === "device";
  const Icon = device ? MonitorSmartphone : Fingerprint;
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)_auto] items-start gap-x-2.5">
      <Icon aria-hidden="true" className="mt-0.5 size-4 text-muted-foreground" />
      <div className="min-w-0">
        <code className="block truncate font-mono text-xs leading-5" title={identity.id}>
          {identity.id}
        </code>
        <p className="text-muted-foreground text-xs">
          {device ? "Device" : "User id"} · {counted(identity.events, "event")}
          {identity.lastSeen !== null && (
            <>
              {" "}
              · <Ago ts={identity.lastSeen} clock={clock} />
            </>
          )}
        </p>
        {identity.claimedFrom !== null && (
          <p className="text-muted-foreground text-xs">
            Identified <Ago ts={identity.claimedFrom} clock={clock} />
          </p>
        )}
      </div>
      <CopyButton iconOnly value={identity.id} label="Copy this id" className="-mt-1 size-6 [&_svg]:size-3.5" />
    </li>
  );
}
