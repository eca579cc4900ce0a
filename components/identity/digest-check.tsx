import { CircleCheck, TriangleAlert } from "lucide-react";

/** Whether a receipt of an erasure is unchanged. */
export function DigestCheck({ isGenuine }: { isGenuine: boolean }) {
  return (
    <p className="mt-3 flex items-center gap-1.5 text-sm">
      {isGenuine ? (
        <>
          <CircleCheck aria-hidden="true" className="size-4 text-positive" />
          The digest matches: this receipt is unchanged.
        </>
      ) : (
        <>
          <TriangleAlert aria-hidden="true" className="size-4 text-warning" />
          The digest does not match: this receipt was changed after it was issued.
        </>
      )}
    </p>
  );
}
