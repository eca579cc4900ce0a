import type { ReactNode } from "react";
import { LayoutProvider, type SaveLayout } from "@/components/list/layout-context";
import { FullHeightScreen } from "@/components/list/list-rows";
import { ErrorMessage } from "@/components/ui/error-message";
import { PageHeader } from "@/components/ui/page-header";
import { PendingProvider } from "@/components/ui/pending";
import type { ListLayout, ListName } from "@/lib/preferences/layout";

type ListFrameProps = {
  list: ListName;
  title: string;
  projectId: string;
  layout: ListLayout;
  save: SaveLayout;
  tabs: ReactNode;
  toolbar: ReactNode;
  /** Why the filter in the URL cannot be used. */
  problem: string | null;
  summary: ReactNode;
  /** The rows. */
  children: ReactNode;
};

/** The page of a list (people, accounts) around its rows. */
export const ListFrame = (props: ListFrameProps) => (
  <FullHeightScreen>
    <LayoutProvider list={props.list} projectId={props.projectId} layout={props.layout} save={props.save}>
      <PendingProvider>
        <PageHeader title={props.title} />
        {props.tabs}
        {props.toolbar}
        {props.problem && (
          <div className="px-4 pb-2.5 sm:px-6">
            <ErrorMessage>{props.problem}</ErrorMessage>
          </div>
        )}
        {props.summary}
        {props.children}
      </PendingProvider>
    </LayoutProvider>
  </FullHeightScreen>
);
