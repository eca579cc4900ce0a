import { ListSkeleton } from "@/components/list/list-skeleton";
import { PageHeader } from "@/components/ui/page-header";

export default function Loading() {
  return (
    <>
      <PageHeader title="Accounts" />
      <div className="h-9 border-b" />
      <div className="h-[53px]" />
      <ListSkeleton />
    </>
  );
}
