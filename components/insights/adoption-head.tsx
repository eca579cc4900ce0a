import type { ReactNode } from "react";
import { ExportButton } from "@/components/export/export-button";
import { AdoptionForm } from "@/components/insights/adoption-form";
import type { AdoptionParams } from "@/components/insights/adoption-url";
import { PEOPLE_OR_ACCOUNTS, WhoSwitch } from "@/components/insights/who-switch";
import { queryString } from "@/components/search-params";
import { ADOPTION_COLUMNS } from "@/lib/export/adoption";
import type { Feature } from "@/lib/features/rule";

type AdoptionHeadProps = {
  requested: AdoptionParams;
  segment: string | null;
  segments: { id: string; name: string }[];
  /** The account found for the URL's parameter. */
  account: { id: string; name: string } | null;
  feature: Feature | undefined;
  features: Feature[];
  projectId: string;
  path: string;
  /** Link to the list of features. */
  list: ReactNode;
};

/** Chooses what the screen counts: people or accounts, segment, account and days; with its file. */
export function AdoptionHead({
  requested,
  segment,
  segments,
  account,
  feature,
  features,
  projectId,
  path,
  list,
}: AdoptionHeadProps) {
  const { of: subject } = requested;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 px-4 py-3 sm:px-6">
        <WhoSwitch
          who={subject}
          labels={PEOPLE_OR_ACCOUNTS}
          hrefOf={(who) =>
            path +
            queryString({
              ...requested.same,
              of: who === "accounts" ? who : undefined,
              segment: who === subject ? segment : undefined,
              account: who === subject ? requested.account : undefined,
              accountId: who === subject ? requested.accountId : undefined,
            })
          }
        />
        <AdoptionForm
          {...requested}
          subject={subject}
          account={account}
          typed={requested.account}
          segment={segment}
          segments={segments}
          feature={feature?.id}
          features={features}
        />
        <ExportButton
          projectId={projectId}
          href={`${path}/export${queryString(requested.same)}`}
          what="these features"
          columns={ADOPTION_COLUMNS}
          preset={ADOPTION_COLUMNS}
        />
        <span className="ml-auto text-muted-foreground text-xs underline underline-offset-4">{list}</span>
      </div>
      {requested.account !== undefined && account === null && (
        <p role="status" className="px-4 pb-3 text-sm sm:px-6">
          No account matches “{requested.account}”, so people of all accounts are counted.
        </p>
      )}
    </>
  );
}
