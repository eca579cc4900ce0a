import type { ReactNode } from "react";
import { ConfirmHost } from "@/components/app/confirm-host";
import { Navigating } from "@/components/ui/navigating";
import { askOwnPasskeyAction, checkProofAction, proveAction, waysAction } from "./confirm-actions";

/** Around every page for members: what shows that the next is on its way, and what asks them for a proof. */
export default function MembersLayout({ children }: { children: ReactNode }) {
  return (
    <Navigating>
      {children}
      <ConfirmHost waysOf={waysAction} prove={proveAction} askPasskey={askOwnPasskeyAction} check={checkProofAction} />
    </Navigating>
  );
}
