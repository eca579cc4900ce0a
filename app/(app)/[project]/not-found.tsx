import { UserX } from "lucide-react";
import { headers } from "next/headers";
import { Button } from "@/components/ui/button";
import { Empty } from "@/components/ui/empty";
import { Link } from "@/components/ui/link";
import { requireMemberOrGuest } from "@/lib/auth/guard";
import { formatDate } from "@/lib/format/time";
import { PATH_HEADER, personRefInPath } from "@/lib/http/requested-path";
import { readerZone } from "@/lib/http/zone";
import { erasedAt } from "@/lib/privacy/erasures.queries";

export const metadata = { title: "Not found" };

/** 404 within a project: an erased or unknown person, a deleted segment. */
export default async function NotFoundInProject() {
  const path = (await headers()).get(PATH_HEADER) ?? "";
  const [, projectId = ""] = path.split("/");
  const { scope, project } = await requireMemberOrGuest(projectId);
  const segment = personRefInPath(path);
  const at = segment === null ? null : await erasedAt(scope, decodeURIComponent(segment));
  return (
    <main>
      <Empty icon={UserX} title={at === null ? titleFor(segment) : "This person was erased"}>
        {at === null
          ? "The address may be mistyped, or the page may have been deleted. New users appear a second after their first event."
          : `On ${formatDate(at, await readerZone())}. Only the receipt is kept. Anything they do later belongs to a new user.`}
        <span className="mt-4 flex justify-center gap-2">
          <Button asChild variant="outline" size="sm">
            <Link href={`/${project.id}/users`}>All users</Link>
          </Button>
          {at !== null && (
            <Button asChild size="sm">
              <Link href={`/${project.id}/erasures`}>Erasures and receipts</Link>
            </Button>
          )}
        </span>
      </Empty>
    </main>
  );
}

const titleFor = (segment: string | null): string => (segment === null ? "Page not found" : "No user has this id");
