import { Section } from "@/components/site/section";

const PARTS = [
  [
    "Timeline",
    "Every page, click, payment and property change in order, with the gaps between visits, live while they are online.",
  ],
  ["How they came", "The first page, the site or campaign that sent them, and the path from there to the sign-up."],
  ["Properties", "Whatever you send: plan, role, seats. With earlier values and when they changed."],
  ["Devices and ids", "What belongs to them, why, since when, and a button to undo it."],
  ["Company", "The accounts they belong to, their colleagues, and who uses which feature."],
  ["Habits", "A year in one calendar, the hours they come, what they use most and which features they dropped."],
  ["State", "New, active, slipping, dormant or back again, from their own rhythm, with the reason in words."],
  ["Notes", "What your colleagues know, with mentions. And who looked at this person, and when."],
] as const;

/** What a person's page shows. */
export const Profile = () => (
  <Section
    id="profile"
    tinted
    title="What you see of each of them"
    lead="Found in a second by name, e-mail, id or any property, from anywhere with Ctrl K, or by a link from your own back office."
  >
    <dl className="grid gap-x-8 gap-y-7 sm:grid-cols-2 lg:grid-cols-4">
      {PARTS.map(([name, text]) => (
        <div key={name}>
          <dt className="font-medium">{name}</dt>
          <dd className="mt-1.5 text-pretty text-muted-foreground text-sm leading-relaxed">{text}</dd>
        </div>
      ))}
    </dl>
  </Section>
);
