import { Suspense } from "react";
import { SelectFilter } from "@/components/overview/select-filter";
import type { Ranked } from "@/lib/overview/rankings.queries";

const LOOK = { name: "source", label: "Source", width: "w-36" };

/** Offers the sources of visits; counting them takes longer than reading the visits. */
export const SourceFilter = ({ sources }: { sources: Promise<Ranked[]> }) => (
  <Suspense fallback={<SelectFilter {...LOOK} options={[]} />}>
    <Counted sources={sources} />
  </Suspense>
);

async function Counted({ sources }: { sources: Promise<Ranked[]> }) {
  const options = (await sources).map(({ name, count }) => ({ value: name, label: `${name} (${count})` }));
  return <SelectFilter {...LOOK} options={options} />;
}
