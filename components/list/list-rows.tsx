import type { ReactNode } from "react";
import { type ListState, listHref } from "@/components/columns/list-url";
import { LongList } from "@/components/list/long-list";
import type { UserRow } from "@/components/people/row";
import { pack } from "@/components/ui/packed";
import { Pager } from "@/components/ui/pager";
import { FadedWhilePending } from "@/components/ui/pending";

type ListRowsProps = {
  path: string;
  state: ListState;
  rows: UserRow[];
  next: string | null;
  caption: string;
  /** Shown instead of an empty table. */
  empty: ReactNode;
};

/** The table and its pager, or an empty state. Scrolls inside its box on large screens. */
export function ListRows({ path, state, rows, next, caption, empty }: ListRowsProps) {
  const first = state.cursor === null ? null : listHref(path, { ...state, cursor: null });
  if (rows.length === 0) {
    return (
      <>
        <FadedWhilePending className="border-t lg:min-h-0 lg:flex-1 lg:overflow-y-auto">{empty}</FadedWhilePending>
        <Pager first={first} next={null} />
      </>
    );
  }
  return (
    <LongList
      key={listHref(path, state)}
      rows={pack(rows)}
      next={next}
      sorting={{ path, state }}
      caption={caption}
      first={first}
    />
  );
}

/** As high as the window on large screens, so that headers and pager stay visible while the rows scroll. */
export const FullHeightScreen = ({ children }: { children: ReactNode }) => (
  <div className="lg:flex lg:h-dvh lg:flex-col [&>*]:shrink-0">{children}</div>
);
