import { ChevronDown } from "lucide-react";
import { GRACE_DAYS } from "@/lib/plans/plans";

const QUESTIONS = [
  {
    question: "How is this different from page analytics?",
    answer:
      "Page analytics counts visits. Throughline answers questions about one person: what did this customer click before the bug, which features has this prospect tried, who is about to leave?",
  },
  {
    question: "What happens to visits before somebody signs up?",
    answer:
      "They are kept as an anonymous visitor with a readable name. When that device logs in, they become the first chapters of that person's story. It takes the same few milliseconds for ten events and for a million.",
  },
  {
    question: "Two people share a laptop. Who gets the history?",
    answer:
      "Events sent with a user id always stay with that user. Anonymous activity goes to the person who logged in on that device around that time, and every row says whether it was sent, claimed or inferred.",
  },
  {
    question: "Do I need a consent banner?",
    answer:
      "In the default mode a random id is kept in the browser, which in the EU needs consent. In the mode without storage nothing is kept on the device and nobody can be followed from one day to the next. You choose per project.",
  },
  {
    question: "What does it run on?",
    answer:
      "Node 20.11 or newer on Linux, and Postgres 15 to 18. Without a Postgres at hand it brings its own. No Redis, no queue server, no column store.",
  },
  {
    question: "Can I move over from another tool?",
    answer:
      "It understands the packages of OpenPanel, PostHog, Segment, Mixpanel, Umami and Rybbit. Change the URL and the key; your calls stay. The documentation lists the versions that were tested, and what each sends that Throughline leaves out.",
  },
  {
    question: "How many users does it hold?",
    answer:
      "Lists of a million people and timelines of a hundred thousand events open in a fraction of a second on two cores; the benchmarks are in the repository, with their method.",
  },
  {
    question: "May we restrict who sees customers' names?",
    answer:
      "Yes. Roles say who may view, edit, erase and manage, per project where you want it. Names, addresses and chosen properties can be hidden from viewers and editors, in every screen, search, download and alert.",
  },
];

const OF_HOSTED = [
  {
    question: "What happens when the trial ends?",
    answer: `Your data stays, and events are still stored. Screens stay open for ${GRACE_DAYS} days more; then choose a plan, download everything, or erase it. Moving to your own server keeps your snippet: point its URL there.`,
  },
];

export const Faq = ({ isHosted }: { isHosted: boolean }) => (
  <section id="faq" aria-labelledby="faq-title" className="mx-auto max-w-3xl px-5 py-14 sm:py-20">
    <h2 id="faq-title" className="font-semibold text-2xl tracking-tight sm:text-[1.75rem]">
      Questions
    </h2>
    <div className="mt-6 divide-y border-y">
      {[...QUESTIONS, ...(isHosted ? OF_HOSTED : [])].map(({ question, answer }) => (
        <details key={question} className="group">
          <summary className="flex list-none items-center justify-between gap-4 py-4 font-medium [&::-webkit-details-marker]:hidden">
            {question}
            <ChevronDown
              aria-hidden="true"
              className="size-4 shrink-0 text-muted-foreground transition-transform group-open:rotate-180"
            />
          </summary>
          <p className="max-w-prose text-pretty pb-5 text-muted-foreground text-sm leading-relaxed">{answer}</p>
        </details>
      ))}
    </div>
  </section>
);
