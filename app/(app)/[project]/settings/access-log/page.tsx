import { ScrollText } from "lucide-react";
import type { Metadata } from "next";
import { orFirstPage } from "@/components/columns/list-url";
import { FilterBar } from "@/components/overview/filter-bar";
import { SelectFilter } from "@/components/overview/select-filter";
import { TextFilter } from "@/components/overview/text-filter";
import { countFilters, firstValue, queryString, rangeParamsOf, type SearchParams } from "@/components/search-params";
import { LogHeader } from "@/components/settings/access-log/log-header";
import { LogTable } from "@/components/settings/access-log/log-table";
import { logFilterOf } from "@/components/settings/access-log/log-url";
import { Empty } from "@/components/ui/empty";
import { Pager } from "@/components/ui/pager";
import { listAccessLog, loggedActors } from "@/lib/access-log/access-log.queries";
import { ACT_KIND_LABELS, ACT_KINDS } from "@/lib/access-log/acts";
import { actorNames } from "@/lib/auth/actor-names";
import { requirePage } from "@/lib/auth/guard";
import { daysOf, rangeOf } from "@/lib/format/range";
import { dayKey } from "@/lib/format/time";
import { readerZone } from "@/lib/http/zone";

export const metadata: Metadata = { title: "Access log" };

const PAGE_ROWS = 50;

type Props = { params: Promise<{ project: string }>; searchParams: Promise<SearchParams> };

export default async function AccessLogPage({ params, searchParams }: Props) {
  const { scope, project } = await requirePage((await params).project, "manage");
  const [search, zone] = [await searchParams, await readerZone()];
  const clock = { now: Date.now(), zone };
  const range = rangeOf(rangeParamsOf(search), clock.now, zone);
  const days = daysOf(range, zone);
  const { after, before, ...chosen } = logFilterOf(search, range);
  const urlParams = Object.fromEntries(Object.keys(search).map((name) => [name, firstValue(search, name)]));
  const href = `/${project.id}/settings/access-log`;
  const first = href + queryString({ ...urlParams, cursor: null });
  const cursor = firstValue(search, "cursor");
  const [{ rows, next }, actors] = await Promise.all([
    orFirstPage(listAccessLog(scope, { ...chosen, after, before }, { limit: PAGE_ROWS, cursor }), first),
    loggedActors(scope),
  ]);
  const nameOf = await actorNames(scope, [...actors, ...rows.map(({ actor }) => actor)]);
  return (
    <>
      <LogHeader
        projectId={project.id}
        range={{ preset: range.preset, first: days[0] ?? "", last: days.at(-1) ?? "", today: dayKey(clock.now, zone) }}
        file={`${href}/export${queryString({ ...urlParams, cursor: null })}`}
      />
      <FilterBar label="Access log" active={countFilters(chosen)}>
        <SelectFilter name="by" label="Who" options={actors.map((actor) => ({ value: actor, label: nameOf(actor) }))} />
        <SelectFilter
          name="kind"
          label="Action"
          options={ACT_KINDS.map((kind) => ({ value: kind, label: ACT_KIND_LABELS[kind] }))}
        />
        <TextFilter name="person" label="Person" placeholder="User id" />
      </FilterBar>
      {rows.length === 0 ? (
        <Empty icon={ScrollText} title="No entries">
          <p>No entry on these days matches the filters.</p>
        </Empty>
      ) : (
        <>
          <LogTable rows={rows} nameOf={nameOf} projectId={project.id} clock={clock} />
          <Pager
            first={cursor === undefined ? null : first}
            next={next === null ? null : href + queryString({ ...urlParams, cursor: next })}
          />
        </>
      )}
    </>
  );
}
