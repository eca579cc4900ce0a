import { EyeOff, Fingerprint, GitMerge, HardDrive, ScanEye, Trash2 } from "lucide-react";
import { LandingSection } from "@/components/site/section";

/** Where the data is. A hosted instance's payments go through Stripe, its events to nobody else. */
const OWN_SERVER = {
  icon: HardDrive,
  title: "Your server, your data",
  text: "Nothing leaves your machine unless you turn it on: alerts, mail, log-in providers, traces, and pictures of people.",
};
const HOSTED = {
  icon: HardDrive,
  title: "Your data stays yours",
  text: "No third party receives your events unless you send alerts there. You can download and erase anybody's data at any time, with or without a plan.",
};

const PROMISES = [
  {
    icon: EyeOff,
    title: "No IP addresses, no cookies",
    text: "An IP address is looked up for its country, or its city if you like, and forgotten. Visitors are recognised by a random id, which you can turn off.",
  },
  {
    icon: Fingerprint,
    title: "Only what you send",
    text: "No recordings, no keystrokes, no form values. Without an id on the device, a visitor is recognised for one day only, by a hash whose salt is destroyed.",
  },
  {
    icon: GitMerge,
    title: "No merges by guesswork",
    text: "History moves to a person only on evidence, each event says why it is theirs, and shared devices stay apart.",
  },
  {
    icon: ScanEye,
    title: "Every look is logged",
    text: "An access log records who viewed, searched, exported or changed what. Names can be hidden from part of the team.",
  },
  {
    icon: Trash2,
    title: "Erased means erased",
    text: "You see a preview and get a signed receipt. The person is gone from every list and from the database's own statistics, and late events do not bring them back. What others wrote about them, and backups, are yours to clear.",
  },
];

export const Privacy = ({ isHosted }: { isHosted: boolean }) => (
  <LandingSection
    id="privacy"
    title="Know your users without spying on anyone"
    lead={
      <>
        Analytics about people is personal data. For your privacy officer we document what is stored and for how long,
        who can see it, and how somebody is erased:{" "}
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
  </LandingSection>
);
