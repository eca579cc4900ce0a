import { PageHeader } from "@/components/ui/page-header";
import { ListSkeleton } from "@/components/users/list-skeleton";

export default function Loading() {
  return (
    <>
      <PageHeader title="Segments" />
      <div className="h-9 border-y" />
      <ListSkeleton />
    </>
  );
}
