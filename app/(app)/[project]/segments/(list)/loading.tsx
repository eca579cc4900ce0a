import { ListSkeleton } from "@/components/list/list-skeleton";
import { PageHeader } from "@/components/ui/page-header";

export default function Loading() {
  return (
    <>
      <PageHeader title="Segments" />
      <div className="h-9 border-y" />
      <ListSkeleton />
    </>
  );
}
