import type { Estimate } from "@/lib/adoption/adoption";
import { formatCount } from "@/lib/format/number";
import type { Subject } from "@/lib/segments/rule";

/** Says by how much estimated numbers may be off; nothing if they are exact. */
export const EstimateNote = ({ of: { isEstimate, read, margin }, who }: { of: Estimate; who: Subject }) =>
  isEstimate && (
    <p className="max-w-prose text-muted-foreground text-xs">
      Estimated from a random sample of {formatCount(read)} {who}: in 19 of 20 cases a number is off by at most{" "}
      {formatCount(margin)}. The lists behind the numbers are complete.
    </p>
  );
