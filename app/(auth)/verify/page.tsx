import type { Metadata } from "next";
import { FieldsForm } from "@/components/ui/fields-form";
import { Link } from "@/components/ui/link";
import { findLink } from "@/lib/auth/one-time-links.store";
import { verifyAction } from "../reset/actions";

export const metadata: Metadata = { title: "Confirm your address", referrer: "no-referrer" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** Requires a click: mail programs open links on their own. */
export default async function VerifyPage({ searchParams }: Props) {
  const { token } = await searchParams;
  const link = typeof token === "string" ? await findLink("email", token, new Date()) : null;
  const isGood = link !== null && typeof token === "string";
  return (
    <>
      <h1 className="mb-1.5 font-semibold text-xl tracking-tight">
        {isGood ? "Confirm your address" : "This link no longer works"}
      </h1>
      <p className="mb-6 text-pretty text-muted-foreground text-sm">
        {isGood ? `You will log in with ${link.email}.` : "It has been used or is older than three days."}
      </p>
      {isGood ? (
        <FieldsForm action={verifyAction} hidden={{ token }} wide submit="Confirm" fields={[]} />
      ) : (
        <Link
          href="/account"
          className="rounded-sm font-medium text-primary text-sm underline-offset-4 hover:underline"
        >
          Request another one in your account
        </Link>
      )}
    </>
  );
}
