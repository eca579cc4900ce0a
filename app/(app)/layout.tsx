import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { ConfirmHost } from "@/components/app/confirm-host";
import { Navigating } from "@/components/ui/navigating";
import { checkProofAction, confirmChallengeAction, proveAction, waysAction } from "./confirm-actions";

/** Wraps members' pages: navigation progress, list state in URLs, and the dialog that asks for a proof. */
export default function MembersLayout({ children }: { children: ReactNode }) {
  return (
    <Navigating>
      <NuqsAdapter>{children}</NuqsAdapter>
      <ConfirmHost
        waysOf={waysAction}
        prove={proveAction}
        passkeyChallenge={confirmChallengeAction}
        check={checkProofAction}
      />
    </Navigating>
  );
}
