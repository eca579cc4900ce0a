import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { Landing } from "@/components/site/landing";
import { openProjects } from "@/lib/auth/open-projects";
import { currentMember } from "@/lib/auth/session";
import { isHosted } from "@/lib/config";
import { requestOrigin } from "@/lib/http/forwarded";
import { canSendMail } from "@/lib/mail/setup";
import { guestProject } from "@/lib/projects/guest-project.queries";

const TITLE = "Throughline: know every user, from the first visit to today";
const DESCRIPTION =
  "Analytics that keeps one story per person, from the first anonymous visit to today: correctly attributed, self-hosted or hosted, without spying on anyone.";
const PICTURE = { url: "/og.png", width: 1200, height: 630, alt: "Throughline: know every user" };

export async function generateMetadata(): Promise<Metadata> {
  return {
    metadataBase: new URL(requestOrigin(await headers())),
    title: { absolute: TITLE },
    description: DESCRIPTION,
    alternates: { canonical: "/" },
    openGraph: {
      title: TITLE,
      description: DESCRIPTION,
      url: "/",
      siteName: "Throughline",
      type: "website",
      images: [PICTURE],
    },
    twitter: { card: "summary_large_image", title: TITLE, description: DESCRIPTION, images: [PICTURE] },
  };
}

/** The landing page; redirects members to the users of their first project. */
export default async function HomePage() {
  const member = await currentMember();
  if (member) {
    const [project] = await openProjects(member.id);
    redirect(project ? `/${project.id}/users` : "/projects/new");
  }
  return <Landing isHosted={isHosted()} hasDemo={(await guestProject()) !== null} byMail={canSendMail()} />;
}
