import type { Metadata } from "next";
import { AccountFrame } from "@/components/member/account-frame";
import { DeleteAccount } from "@/components/member/delete-account";
import { OwnerlessList } from "@/components/member/ownerless-list";
import { FormSection } from "@/components/ui/form-section";
import { requireLogin } from "@/lib/auth/guard";
import { leavingEffectOf } from "@/lib/auth/leaving.queries";
import { canSendMail } from "@/lib/mail/setup";
import { deleteAccountAction } from "./actions";

export const metadata: Metadata = { title: "Delete your account" };

export default async function DeleteAccountPage() {
  const member = await requireLogin("/account/delete");
  const leaving = await leavingEffectOf(member.id);
  return (
    <AccountFrame title="Delete your account" back="/account">
      {leaving.ownerless.length > 0 ? (
        <FormSection
          id="ownerless"
          title="Not yet"
          text="You are the only owner of these organizations, and they have other members. Make one of them an owner, or delete the organization."
        >
          <OwnerlessList organizations={leaving.ownerless} />
        </FormSection>
      ) : (
        <FormSection
          id="delete"
          title="This cannot be undone"
          text={`Nobody can restore an account.${canSendMail() ? " An e-mail to your address confirms the deletion." : ""}`}
        >
          <DeleteAccount email={member.email} {...leaving} action={deleteAccountAction} />
        </FormSection>
      )}
    </AccountFrame>
  );
}
