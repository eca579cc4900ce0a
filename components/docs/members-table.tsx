import type { TypeMember } from "@/lib/docs/fences";

/** Options or calls with their documentation from the SDK's source. */
export function MembersTable({ members, isCalls }: { members: TypeMember[]; isCalls: boolean }) {
  return (
    <dl className="my-5 divide-y rounded-lg border text-sm">
      {members.map(({ name, type, text, optional }) => {
        const [what, standard] = text.split(/ ?Default: /);
        return (
          <div key={name} id={name} className="scroll-mt-20 px-3.5 py-3">
            <dt className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
              <code className="font-medium font-mono text-[13px] text-foreground">{name}</code>
              <code className="min-w-0 font-mono text-muted-foreground text-xs [overflow-wrap:anywhere]">
                {isCalls ? type.replace(/: (void|string|Promise<string>)$/, "") : type}
              </code>
              {!isCalls && (
                <span className="ml-auto text-muted-foreground text-xs">
                  {standard ? `default: ${standard.split(". ")[0]?.replace(/\.$/, "")}` : optional ? "" : "required"}
                </span>
              )}
            </dt>
            <dd className="mt-1 leading-6">
              {(what ?? "").replaceAll("`", "")}
              {standard?.includes(". ") && ` ${standard.slice(standard.indexOf(". ") + 2)}`}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
