import type { Metadata } from "next";
import { AccountFrame } from "@/components/member/account-frame";
import { ErrorMessage } from "@/components/ui/error-message";
import { FieldsForm } from "@/components/ui/fields-form";
import { requireLogin } from "@/lib/auth/guard";
import { providerOf } from "@/lib/auth/provider-list";
import { faultSentence } from "@/lib/auth/providers/faults";
import { leaveToConfirmAction } from "./actions";

export const metadata: Metadata = { title: "Confirm that it is you" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** Opened in a tab of its own, so that the form that asks for it stays as it is. */
export default async function ConfirmPage({ searchParams }: Props) {
  const [, search] = [await requireLogin("/account"), await searchParams];
  const provider = providerOf(String(search.with));
  const fault = faultSentence(search.fault, search.with);
  return (
    <AccountFrame title="Confirm that it is you" back="/account">
      <div className="grid max-w-prose gap-4 px-4 text-sm sm:px-6">
        {fault && <ErrorMessage>{fault}</ErrorMessage>}
        {search.done === "1" && <p role="status">Confirmed. Close this tab and return to the one you came from.</p>}
        {provider && search.done !== "1" && (
          <FieldsForm
            action={leaveToConfirmAction}
            submit={`Continue to ${provider.name}`}
            hidden={{ provider: provider.id }}
            fields={[]}
          />
        )}
      </div>
    </AccountFrame>
  );
}
