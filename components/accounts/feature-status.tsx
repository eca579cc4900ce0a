import { Fragment, type ReactNode } from "react";
import { Ago, type Clock } from "@/components/time";
import { Link } from "@/components/ui/link";
import type { FeatureStatus } from "@/lib/accounts/page/feature-status";
import type { AccountFeatureUse } from "@/lib/accounts/page/uses.queries";
import { humanName } from "@/lib/format/human-name";

type FeatureStatusLineProps = {
  status: FeatureStatus;
  /** Whether the features are the project's own list, so that untried ones are known. */
  isNamed: boolean;
  clock: Clock;
  /** The account's page. */
  href: string;
};

/** "Uses 5 of 7 features. Dropped: Stock counts, last used 6 weeks ago. Not tried: Till." Each opens its events. */
export function FeatureStatusLine({
  status: { used, dropped, untried },
  isNamed,
  clock,
  href,
}: FeatureStatusLineProps) {
  const total = used.length + dropped.length + untried.length;
  if (!isNamed && dropped.length === 0) return null;
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 px-4 pt-3 text-sm sm:px-6">
      {isNamed && (
        <span>
          Uses{" "}
          <span className="font-medium tabular-nums">
            {used.length} of {total}
          </span>{" "}
          features
        </span>
      )}
      {dropped.length > 0 && (
        <span>
          <Label className="text-warning">Dropped</Label>
          <Listed
            items={dropped.map(({ use, lastAt }) => (
              <>
                <Opened use={use} href={href} />, last used <Ago ts={lastAt} clock={clock} />
              </>
            ))}
          />
        </span>
      )}
      {isNamed && untried.length > 0 && (
        <span>
          <Label className="text-muted-foreground">Not tried</Label>
          {untried.map(nameOf).join(", ")}
        </span>
      )}
    </p>
  );
}

const nameOf = ({ name, label }: AccountFeatureUse): string => label ?? humanName(name);

const Label = ({ className, children }: { className: string; children: ReactNode }) => (
  <span className={className}>{children}: </span>
);

const Listed = ({ items }: { items: ReactNode[] }) =>
  items.map((item, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list
    <Fragment key={index}>
      {index > 0 && "; "}
      {item}
    </Fragment>
  ));

const Opened = ({ use, href }: { use: AccountFeatureUse; href: string }) => (
  <Link
    href={`${href}/timeline?${new URLSearchParams({ names: use.of.map((event) => event.replaceAll(",", "%2C")).join() })}`}
    prefetch={false}
    className="font-medium underline underline-offset-4"
  >
    {nameOf(use)}
  </Link>
);
