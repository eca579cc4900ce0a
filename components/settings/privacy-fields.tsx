import { ListField } from "@/components/settings/list-field";
import type { PrivacySettings } from "@/lib/projects/settings";

const Code = ({ children }: { children: string }) => <code className="font-mono text-[0.93em]">{children}</code>;

/** What of an event is left out before it is stored. */
export function PrivacyFields({ privacy }: { privacy: PrivacySettings }) {
  return (
    <>
      <label className="flex cursor-pointer gap-3">
        <input
          type="checkbox"
          name="masksPages"
          defaultChecked={privacy.masksPages}
          aria-describedby="masks-pages-hint"
          className="mt-0.5 size-4 shrink-0 accent-primary"
        />
        <span className="grid gap-0.5">
          <span className="font-medium text-sm">Mask e-mail addresses and tokens</span>
          <span id="masks-pages-hint" className="text-muted-foreground text-sm">
            In page addresses, titles, referrers and links: <Code>/users/ada@example.com</Code> is stored as{" "}
            <Code>/users/[email]</Code>, a reset link as <Code>/reset/[token]</Code>.
          </span>
        </span>
      </label>
      <ListField
        name="keptParameters"
        label="Query parameters to keep"
        defaultValue={privacy.keptParameters}
        placeholder={"ref\nplan\nf_*"}
        hint={
          <>
            One a line, <Code>*</Code> at the end for anything. <Code>utm_source</Code> and its kin always stay; all
            others go, click ids such as <Code>gclid</Code> included, and so does whatever is called token, password or
            code.
          </>
        }
      />
      <ListField
        name="deniedProperties"
        label="Properties never to store"
        defaultValue={privacy.deniedProperties}
        placeholder={"password\ncard_number\naddress.street"}
        hint="Of events, people and companies, at any depth. A name with dots is one path. The event is stored without it."
      />
      <ListField
        name="notStored"
        label="Events and pages never to store"
        defaultValue={privacy.notStored}
        placeholder={"debug_*\n/admin/*\n/health"}
        hint="By the event's name, or by its page when the line starts with a slash. They are counted below, and that is all."
      />
    </>
  );
}
