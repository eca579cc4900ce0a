import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { ConfirmHost } from "@/components/app/confirm-host";
import { Navigating } from "@/components/ui/navigating";
import { askOwnPasskeyAction, checkProofAction, proveAction, waysAction } from "./confirm-actions";

/** Around members' pages: what shows that the next is on its way, lists' state in URLs, and what asks for a proof. */
export default function MembersLayout({ children }: { children: ReactNode }) {
  return (
    <Navigating>
      <NuqsAdapter>{children}</NuqsAdapter>
      <ConfirmHost waysOf={waysAction} prove={proveAction} askPasskey={askOwnPasskeyAction} check={checkProofAction} />
    </Navigating>
  );
}
