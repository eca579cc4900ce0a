import type { ReactNode } from "react";
import { userListHref } from "@/components/people/list-state";
import { GrowthChart } from "@/components/segments/growth-lazy";
import { StandOuts } from "@/components/segments/stand-outs";
import { counted } from "@/lib/format/number";
import { lastDays } from "@/lib/format/range";
import { day } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";
import type { Scope } from "@/lib/scope";
import { type Condition, FACT_FIELDS, type Node } from "@/lib/segments/rule";
import { sizesOn } from "@/lib/segments/segments.queries";
import { standOuts } from "@/lib/segments/standouts.queries";
import type { StandOut } from "@/lib/segments/types";
import { encodeRule } from "@/lib/segments/url";

/** Days of growth shown. */
const GROWTH_DAYS = 90;
const CHART_PX = 190;

type PanelProps = { scope: Scope; segmentId: string };

/** The segment's size by day. */
export async function GrowthPanel({ scope, segmentId }: PanelProps) {
  const sizes = await sizesOn(scope, segmentId, lastDays(GROWTH_DAYS, Date.now(), await readerZone()));
  const first = sizes[0];
  return (
    <Panel title="Growth" text={`At the end of each day, the last ${GROWTH_DAYS} days`}>
      {sizes.length > 1 ? (
        <GrowthChart
          points={sizes.map((size) => ({ label: day(Date.parse(size.day), "UTC"), people: size.people }))}
          height={CHART_PX}
        />
      ) : (
        <p className="py-6 text-muted-foreground text-sm">
          {first
            ? `Counted today for the first time: ${counted(first.people, "user")}. Growth appears here from tomorrow.`
            : "It is counted within the hour and daily from then on. Growth appears here."}
        </p>
      )}
    </Panel>
  );
}

/** Values more common among members than comparable people. */
export async function StandOutPanel({ scope, segmentId }: PanelProps) {
  const found = await standOuts(scope, segmentId);
  const hrefOf = (one: StandOut) => {
    const members: Condition = { kind: "segment", is: "in", id: segmentId };
    const filter = encodeRule({ kind: "and", of: [members, conditionOf(one)] });
    return userListHref(`/${scope.projectId}/users`, { filter });
  };
  return (
    <Panel title="What stands out" text="Values its members have more often than comparable people who are not in it">
      <StandOuts found={found} hrefOf={hrefOf} />
    </Panel>
  );
}

function conditionOf({ key, builtIn, value }: StandOut): Node {
  const field = FACT_FIELDS.find((one) => one === key);
  if (builtIn && field) return { kind: "fact", field, is: "oneOf", values: [value] };
  return { kind: "property", key, type: "text", is: "oneOf", values: [value] };
}

const Panel = ({ title, text, children }: { title: string; text: string; children: ReactNode }) => (
  <section className="min-w-0 px-4 py-4 max-lg:border-b sm:px-6">
    <h2 className="font-medium text-sm">{title}</h2>
    <p className="mb-3 text-muted-foreground text-xs">{text}</p>
    {children}
  </section>
);
