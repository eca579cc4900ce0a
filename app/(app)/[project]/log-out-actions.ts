"use server";

import { redirect } from "next/navigation";
import { endSession } from "@/lib/auth/session";

/** Ends this browser's log-in. */
export async function logOutAction(): Promise<void> {
  await endSession();
  redirect("/login");
}
