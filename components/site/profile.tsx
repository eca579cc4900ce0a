import { LandingSection } from "@/components/site/section";

const PARTS = [
  [
    "Timeline",
    "Pages, clicks, payments and property changes in order, with the gaps between visits; live while they are online.",
  ],
  ["How they found you", "Their first page, the site or campaign that sent them, and the path from there to sign-up."],
  ["Properties", "Whatever you send: plan, role, seats. With earlier values, and when they changed."],
  ["Devices and ids", "What belongs to them, why and since when, with a button to undo it."],
  ["Company", "The accounts they belong to, their colleagues, and who uses which feature."],
  [
    "Habits",
    "A year in one calendar, the hours they are active, what they use most, and which features they have dropped.",
  ],
  ["State", "New, active, slipping, dormant or back again, judged by their own rhythm, with the reason in words."],
  ["Notes", "What your colleagues know, with mentions. Also who looked at this person, and when."],
] as const;

/** What a person's page shows. */
export const Profile = () => (
  <LandingSection
    id="profile"
    tinted
    title="What a person's page shows you"
    lead="Find anybody in a second by name, e-mail, id or property value: with Ctrl K on any screen, or through a link in your own back office."
  >
    <dl className="grid gap-x-8 gap-y-7 sm:grid-cols-2 lg:grid-cols-4">
      {PARTS.map(([name, text]) => (
        <div key={name}>
          <dt className="font-medium">{name}</dt>
          <dd className="mt-1.5 text-pretty text-muted-foreground text-sm leading-relaxed">{text}</dd>
        </div>
      ))}
    </dl>
  </LandingSection>
);
