"use client";

import { createColumnHelper, tableFeatures, useTable } from "@tanstack/react-table";
import Link from "next/link";
import { SelectRow } from "@/components/identity/selection";
import { cn } from "@/components/ui/cn";
import { PersonCell } from "@/components/users/person-cell";
import type { TimeText, UserRow } from "@/components/users/row";
import { count } from "@/lib/format/number";

/** How a column looks at every width: what fits no phone is left out there. */
const features = tableFeatures({ columnMeta: {} as { className: string } });
const helper = createColumnHelper<typeof features, UserRow>();

const Time = ({ time }: { time: TimeText | null }) =>
  time ? (
    <time dateTime={time.iso} title={time.title} className="relative">
      {time.text}
    </time>
  ) : (
    <Missing />
  );

const Missing = () => (
  <>
    <span aria-hidden="true" className="text-muted-foreground/60">
      —
    </span>
    <span className="sr-only">None</span>
  </>
);

/** A number that leads to what it counts. */
const Counted = ({ value, href, what }: { value: number; href: string; what: string }) => (
  <Link
    href={href}
    prefetch={false}
    title={what}
    className="relative -mx-1 rounded-sm px-1 hover:text-primary hover:underline"
  >
    {count(value)}
  </Link>
);

const columns = helper.columns([
  helper.accessor("name", {
    header: "Person",
    cell: ({ row }) => (
      <>
        <SelectRow row={row.original} />
        <PersonCell row={row.original} />
      </>
    ),
    meta: { className: "w-full min-w-48 max-w-0 sm:w-[32%] pl-4 sm:pl-6" },
  }),
  helper.accessor("lastSeen", {
    header: "Last seen",
    cell: ({ row }) =>
      row.original.online ? (
        <span className="text-positive">
          <Time time={row.original.lastSeen} />
        </span>
      ) : (
        <Time time={row.original.lastSeen} />
      ),
    meta: { className: "text-right whitespace-nowrap sm:text-left" },
  }),
  helper.accessor("firstSeen", {
    header: "First seen",
    cell: ({ row }) => <Time time={row.original.firstSeen} />,
    meta: { className: "hidden whitespace-nowrap md:table-cell" },
  }),
  helper.accessor("sessions", {
    header: "Sessions",
    cell: ({ row }) => (
      <Counted value={row.original.sessions} href={`${row.original.href}/sessions`} what="See the sessions" />
    ),
    meta: { className: "hidden text-right sm:table-cell" },
  }),
  helper.accessor("events", {
    header: "Events",
    cell: ({ row }) => <Counted value={row.original.events} href={row.original.href} what="See the timeline" />,
    meta: { className: "hidden text-right sm:table-cell" },
  }),
  helper.accessor("country", {
    header: "Country",
    cell: ({ row: { original } }) =>
      original.country ? (
        <span className="whitespace-nowrap">
          <span aria-hidden="true" className="mr-1.5">
            {original.country.flag}
          </span>
          {original.country.name}
        </span>
      ) : (
        <Missing />
      ),
    meta: { className: "hidden pl-6 lg:table-cell max-w-40 truncate" },
  }),
  helper.accessor("device", {
    header: "Device",
    cell: ({ row }) => row.original.device ?? <Missing />,
    meta: { className: "hidden whitespace-nowrap xl:table-cell" },
  }),
  helper.accessor("source", {
    header: "Source",
    cell: ({ row }) => row.original.source ?? <Missing />,
    meta: { className: "hidden truncate max-w-40 pr-6 xl:table-cell" },
  }),
]);

export function UsersTable({ rows }: { rows: UserRow[] }) {
  const table = useTable({ features, columns, data: rows, getRowId: (row) => row.ref });
  return (
    <table className="w-full text-[13px]">
      <caption className="sr-only">Users, last seen first</caption>
      <thead>
        {table.getHeaderGroups().map((group) => (
          <tr key={group.id} className="border-b text-left text-muted-foreground text-xs">
            {group.headers.map((header) => (
              <th
                key={header.id}
                scope="col"
                className={cn("h-9 px-3 font-medium", header.column.columnDef.meta?.className)}
              >
                <table.FlexRender header={header} />
              </th>
            ))}
          </tr>
        ))}
      </thead>
      <tbody>
        {table.getRowModel().rows.map((row) => (
          <tr
            key={row.id}
            className="group relative border-b transition-colors hover:bg-muted/60 has-[a:focus-visible]:bg-muted/60"
          >
            {row.getAllCells().map((cell) => (
              <td key={cell.id} className={cn("h-12 px-3", cell.column.columnDef.meta?.className)}>
                <table.FlexRender cell={cell} />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
