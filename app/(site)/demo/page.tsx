import { notFound, redirect } from "next/navigation";
import { guestProject } from "@/lib/projects/guest-project.queries";

export const dynamic = "force-dynamic";

/** Redirects to the public demo, whose id changes when the operator creates another one. 404 if none is open. */
export default async function DemoPage() {
  const open = await guestProject();
  if (!open) notFound();
  redirect(`/${open.project.id}/users`);
}
