import { EyeOff, Fingerprint, GitMerge, HardDrive, ScanEye, Trash2 } from "lucide-react";
import { Section } from "@/components/site/section";

/** Where the data is. A hosted instance's payments go through Stripe, its events to nobody else. */
const OWN_SERVER = {
  icon: HardDrive,
  title: "Your server, your data",
  text: "Nothing leaves your machine unless you set it up: alerts, mail, log-in providers, traces, and pictures of people.",
};
const HOSTED = {
  icon: HardDrive,
  title: "Your data stays yours",
  text: "No third party gets your events unless you send alerts there. Download or erase anybody's at any time, with or without a plan.",
};

const PROMISES = [
  {
    icon: EyeOff,
    title: "No IP addresses, no cookies",
    text: "The address gives a country, or a city if you want, and is forgotten. Visitors are recognised by a random id you can switch off.",
  },
  {
    icon: Fingerprint,
    title: "Only what you send",
    text: "No recordings, no keystrokes, no form values. Without an id on the device, a visitor is known for one day, by a hash whose salt is destroyed.",
  },
  {
    icon: GitMerge,
    title: "Never the wrong person",
    text: "History moves to a person only on evidence, each event says why it is theirs, and shared devices stay apart.",
  },
  {
    icon: ScanEye,
    title: "Every look is logged",
    text: "An access log names who viewed, searched, exported or changed what. Names can be hidden from some of the team.",
  },
  {
    icon: Trash2,
    title: "Erased means erased",
    text: "With a preview and a signed receipt, from every list and from the database's own statistics, and not brought back by late events. What others wrote about them, and backups, stay yours to clear.",
  },
];

export const Privacy = ({ isHosted }: { isHosted: boolean }) => (
  <Section
    id="privacy"
    title="Know your users without spying on anyone"
    lead={
      <>
        Analytics of people is personal data. What is stored, for how long, who can see it and how somebody is erased is
        documented for your privacy officer:{" "}
        <a href="/docs/privacy" className="font-medium text-primary underline-offset-4 hover:underline">
          privacy in detail
        </a>
        .
      </>
    }
  >
    <ul className="grid gap-x-8 gap-y-7 sm:grid-cols-2 lg:grid-cols-3">
      {[isHosted ? HOSTED : OWN_SERVER, ...PROMISES].map(({ icon: Icon, title, text }) => (
        <li key={title}>
          <Icon aria-hidden="true" className="size-5 text-primary" />
          <h3 className="mt-3 font-medium">{title}</h3>
          <p className="mt-1.5 text-pretty text-muted-foreground text-sm leading-relaxed">{text}</p>
        </li>
      ))}
    </ul>
  </Section>
);
