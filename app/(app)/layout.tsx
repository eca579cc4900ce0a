import type { ReactNode } from "react";
import { ConfirmHost } from "@/components/app/confirm-host";
import { askOwnPasskeyAction, checkProofAction, proveAction, waysAction } from "./confirm-actions";

/** Around every page for members: what asks them to prove that it is them. */
export default function MembersLayout({ children }: { children: ReactNode }) {
  return (
    <>
      {children}
      <ConfirmHost waysOf={waysAction} prove={proveAction} askPasskey={askOwnPasskeyAction} check={checkProofAction} />
    </>
  );
}
