import { Tags } from "lucide-react";
import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { displayName, userHref } from "@/components/people/row";
import { PropertyTable } from "@/components/properties/property-table";
import { Empty } from "@/components/ui/empty";
import { requestedRef, requirePersonPage } from "@/lib/auth/person-page";
import { readerZone } from "@/lib/http/zone";
import { pinnedProperties } from "@/lib/pins/pins.queries";
import { propertyHistory } from "@/lib/timeline/property-history.queries";
import { propertyRows } from "@/lib/timeline/property-rows";
import { pinAction } from "./actions";

type Props = { params: Promise<{ project: string; userId: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { project, userId } = await params;
  return { title: `Properties of ${displayName((await requirePersonPage(project, userId)).person)}` };
}

export default async function PropertiesPage({ params }: Props) {
  const { project: projectId, userId } = await params;
  const { scope, project, person, may } = await requirePersonPage(projectId, userId);
  const href = userHref(project.id, person.ref);
  if ((await requestedRef(userId)) !== person.ref) redirect(`${href}/properties`);
  const [history, pins, zone] = await Promise.all([
    propertyHistory(scope, person.ref),
    pinnedProperties(scope),
    readerZone(),
  ]);
  const rows = propertyRows(person, history.notes, pins);
  if (rows.length === 0) {
    return (
      <Empty icon={Tags} title="No properties yet">
        <p>
          Send properties with <code className="font-mono text-xs">identify</code> (plan, role, company). Every value is
          stored with its time and source.
        </p>
      </Empty>
    );
  }
  return (
    <>
      <PropertyTable
        rows={rows}
        clock={{ now: Date.now(), zone }}
        href={href}
        pin={may.edit ? pinAction.bind(null, project.id) : undefined}
      />
      {!history.complete && (
        <p className="px-4 py-3 text-muted-foreground text-xs sm:px-6">
          For older changes only the values are shown, without their history.
        </p>
      )}
    </>
  );
}
