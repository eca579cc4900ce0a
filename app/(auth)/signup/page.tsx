import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { SignUpForm } from "@/components/auth/sign-up-form";
import { currentMember } from "@/lib/auth/session";
import { signUpAction } from "../actions";

export const metadata: Metadata = { title: "Create an account" };

export default async function SignUpPage() {
  if (await currentMember()) redirect("/");
  return (
    <>
      <h1 className="mb-1.5 font-semibold text-xl tracking-tight">Create an account</h1>
      <p className="mb-6 text-muted-foreground text-sm">In a minute you will see your own first click arrive.</p>
      <SignUpForm action={signUpAction} />
      <p className="mt-6 text-muted-foreground text-sm">
        Have an account?{" "}
        <Link href="/login" className="rounded-sm font-medium text-primary underline-offset-4 hover:underline">
          Log in
        </Link>
      </p>
    </>
  );
}
