import { EyeOff, Fingerprint, GitMerge, HardDrive } from "lucide-react";

/** Where the data is. A hosted instance's payments go through Stripe, its events nowhere. */
const OWN_SERVER = {
  icon: HardDrive,
  title: "Your server, your data",
  text: "Nothing leaves your machine. One process, one Postgres, no third party.",
};
const HOSTED = {
  icon: HardDrive,
  title: "Your data stays yours",
  text: "No third party gets your events. Download or erase anybody's at any time, with or without a plan.",
};

const PROMISES = [
  {
    icon: EyeOff,
    title: "No IP addresses, no cookies",
    text: "The address gives a country and is forgotten. Visitors are recognised by a random id you can switch off.",
  },
  {
    icon: Fingerprint,
    title: "Only what you send",
    text: "No fingerprints, no recordings, no keystrokes. Form values are never read.",
  },
  {
    icon: GitMerge,
    title: "Never the wrong person",
    text: "History moves to a person only on evidence, each event says why it is theirs, and shared devices stay apart.",
  },
];

export function Privacy({ isHosted }: { isHosted: boolean }) {
  return (
    <section aria-labelledby="privacy-title" className="mx-auto max-w-6xl px-5 py-16">
      <h2 id="privacy-title" className="font-semibold text-2xl tracking-tight">
        Know your users without spying on anyone
      </h2>
      <ul className="mt-8 grid gap-x-8 gap-y-7 sm:grid-cols-2 lg:grid-cols-4">
        {[isHosted ? HOSTED : OWN_SERVER, ...PROMISES].map(({ icon: Icon, title, text }) => (
          <li key={title}>
            <Icon aria-hidden="true" className="size-5 text-primary" />
            <h3 className="mt-3 font-medium">{title}</h3>
            <p className="mt-1.5 text-pretty text-muted-foreground text-sm leading-relaxed">{text}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
