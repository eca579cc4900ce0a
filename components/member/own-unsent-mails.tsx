import type { ComponentProps } from "react";
import { UnsentMails } from "@/components/unsent-mails";

/** A member's own mails that could not be sent so far, below the form that may have caused one. */
export const OwnUnsentMails = (props: ComponentProps<typeof UnsentMails>) =>
  props.mails.length > 0 && (
    <div className="mt-5 grid gap-2">
      <p className="font-medium text-sm">Unsent mail to you</p>
      <UnsentMails {...props} />
    </div>
  );
