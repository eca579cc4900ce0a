import { Download } from "lucide-react";
import { RangePicker, type RangePickerProps } from "@/components/charts/range-picker";
import { SettingsHeader } from "@/components/settings/settings-header";
import { Button } from "@/components/ui/button";

type LogHeaderProps = { projectId: string; range: RangePickerProps; file: string };

/** `file`: the address of the log as CSV, filtered as shown. */
export function LogHeader({ projectId, range, file }: LogHeaderProps) {
  return (
    <SettingsHeader
      projectId={projectId}
      title="Access log"
      actions={
        <>
          <RangePicker {...range} />
          <Button asChild variant="outline" size="sm">
            <a href={file} download>
              <Download aria-hidden="true" />
              Export CSV
            </a>
          </Button>
        </>
      }
    >
      Who viewed, searched, exported, changed and erased what. Nobody can change or delete entries.
    </SettingsHeader>
  );
}
