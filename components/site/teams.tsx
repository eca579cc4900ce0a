import { LandingSection } from "@/components/site/section";
import { Shot, type ShotName } from "@/components/site/shot";
import { cn } from "@/components/ui/cn";

type Team = { team: string; question: string; text: string; points: string[]; shot: ShotName };

const TEAMS: Team[] = [
  {
    team: "Support",
    question: "“It doesn't work.” What did they do?",
    text: "Find the person who wrote the ticket, open their last visit and read it step by step, up to the error.",
    points: ["A link to the exact event for the ticket", "Live: watch them try again while you are on the phone"],
    shot: "session",
  },
  {
    team: "Sales",
    question: "The call is in ten minutes. What have they tried?",
    text: "Open the company's page: who is there, which features each of them uses and since when, and whether it is growing.",
    points: ["Everybody at the company in one timeline", "An alert when a prospect returns to your pricing page"],
    shot: "account",
  },
  {
    team: "Product",
    question: "What did those who stayed do first?",
    text: "Compare any two groups over the same days of each person's life, such as their first week. Differences that may be chance are set apart.",
    points: ["Adoption of each feature, week by week", "Journeys from the first visit to sign-up"],
    shot: "compare",
  },
  {
    team: "Customer success",
    question: "Who is about to leave, and why?",
    text: "How likely each customer is to come back, judged by their own rhythm; why, in words; and how often such warnings were right.",
    points: ["For people and for companies", "Alerts by e-mail, Slack, Teams or webhook"],
    shot: "risk",
  },
];

/** Who uses it, with the screen each opens. */
export const Teams = () => (
  <LandingSection id="teams" title="Four teams, one place to look">
    <ul className="grid gap-14 sm:gap-20">
      {TEAMS.map(({ team, question, text, points, shot }, index) => (
        <li
          key={team}
          className={cn(
            "grid items-center gap-6 lg:gap-12",
            index % 2 === 1
              ? "lg:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]"
              : "lg:grid-cols-[minmax(0,1fr)_minmax(0,1.7fr)]",
          )}
        >
          <div className={cn("min-w-0", index % 2 === 1 && "lg:order-2")}>
            <p className="font-medium text-primary text-sm">{team}</p>
            <h3 className="mt-1.5 text-balance font-semibold text-xl tracking-tight">{question}</h3>
            <p className="mt-2.5 text-pretty text-muted-foreground leading-relaxed">{text}</p>
            <ul className="mt-4 grid gap-1.5 border-l-2 pl-4 text-sm">
              {points.map((point) => (
                <li key={point}>{point}</li>
              ))}
            </ul>
          </div>
          <div className={cn("min-w-0", index % 2 === 1 && "lg:order-1")}>
            <Shot name={shot} sizes="(min-width: 1152px) 690px, calc(100vw - 40px)" />
          </div>
        </li>
      ))}
    </ul>
  </LandingSection>
);
