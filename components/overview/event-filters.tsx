import { TextFilter } from "@/components/overview/text-filter";

/** The filters of the events screen that are typed. */
export function EventFilters({ projectId }: { projectId: string }) {
  return (
    <>
      <TextFilter name="path" label="Page starts with" placeholder="Page starts with /app" />
      <TextFilter name="prop" label="Property" placeholder="Property: plan = pro" propertiesOf={projectId} />
    </>
  );
}
