import { PageHeader } from "@/components/ui/page-header";
import { ListSkeleton } from "@/components/users/list-skeleton";

export default function Loading() {
  return (
    <>
      <PageHeader title="Users" />
      <div className="h-9 border-b" />
      <div className="h-[53px]" />
      <ListSkeleton />
    </>
  );
}
