import { formatCount } from "@/lib/format/number";
import { PROJECT_SETTINGS } from "@/lib/projects/setting-list";
import type { Ceilings } from "@/lib/projects/settings";

/** From this share on, a ceiling is marked as nearly reached. */
const NEAR = 0.8;

/** Usage of each ceiling. */
export function CeilingUse({ used, ceilings }: { used: Ceilings; ceilings: Ceilings }) {
  return (
    <div className="mt-6 rounded-lg border">
      <h3 className="border-b px-3.5 py-2.5 font-medium text-sm">In use</h3>
      <dl className="divide-y text-sm">
        {(Object.keys(used) as (keyof Ceilings)[]).map((key) => {
          const share = used[key] / ceilings[key];
          const { label, unit } = PROJECT_SETTINGS[key];
          return (
            <div key={key} className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 px-3.5 py-2">
              <dt className="min-w-40 flex-1">{label}</dt>
              <dd className="tabular-nums">
                {formatCount(Math.ceil(used[key]))}{" "}
                <span className="text-muted-foreground">
                  of {formatCount(ceilings[key])} {unit}
                </span>
                {share >= NEAR && (
                  <span className="ml-2 font-medium text-warning">{share >= 1 ? "reached" : "nearly reached"}</span>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}
