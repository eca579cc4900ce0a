import { PageHeader } from "@/components/app/page-header";
import { ListSkeleton } from "@/components/users/list-skeleton";

export default function Loading() {
  return (
    <>
      <PageHeader title="Users" />
      <div className="h-[73px] border-b sm:h-9" />
      <ListSkeleton />
    </>
  );
}
