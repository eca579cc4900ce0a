import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { ConfirmHost } from "@/components/app/confirm-host";
import { TimeZone } from "@/components/time-zone";
import { Navigating } from "@/components/ui/navigating";
import { readerZone } from "@/lib/http/zone";
import { checkProofAction, confirmChallengeAction, proveAction, waysAction } from "./confirm-actions";

/**
 * Wraps members' pages: navigation progress, list state in URLs, the dialog that asks for a proof, and dates in the
 * reader's time zone.
 */
export default async function MembersLayout({ children }: { children: ReactNode }) {
  return (
    <Navigating>
      <NuqsAdapter>{children}</NuqsAdapter>
      <ConfirmHost
        waysOf={waysAction}
        prove={proveAction}
        passkeyChallenge={confirmChallengeAction}
        check={checkProofAction}
      />
      <TimeZone known={await readerZone()} />
    </Navigating>
  );
}
