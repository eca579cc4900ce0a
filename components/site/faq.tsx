import { ChevronDown } from "lucide-react";
import { READING_GRACE_DAYS } from "@/lib/plans/plans";

const QUESTIONS = [
  {
    question: "How is this different from page analytics?",
    answer:
      "Page analytics counts visits. Throughline answers questions about one person: what did this customer click before the bug, which features has this prospect tried, who is about to leave?",
  },
  {
    question: "What happens to visits before somebody signs up?",
    answer:
      "They belong to an anonymous visitor with a readable name. When somebody logs in on that device, they become the beginning of that person's story. That takes the same few milliseconds for ten events and for a million.",
  },
  {
    question: "Two people share a laptop. Who gets the history?",
    answer:
      "Events sent with a user id always stay with that user. Anonymous activity goes to whoever logged in on that device around that time, or to nobody. Each event says whether it was sent with the user's id, happened before a log-in, or after a log-out on the same device.",
  },
  {
    question: "Do I need a consent banner?",
    answer:
      "By default a random id is kept in the browser; in the EU and the UK that usually needs consent. In cookieless mode nothing is stored on the device, and an anonymous visitor is not recognised the next day. You choose for each project.",
  },
  {
    question: "What does it run on?",
    answer:
      "Node 20.11 or newer on Linux, and Postgres 15 to 18. If you have no Postgres, it starts its own. No Redis, no queue server, no column store.",
  },
  {
    question: "Can I switch from another tool?",
    answer:
      "Throughline works with the SDKs of OpenPanel, PostHog, Segment, Mixpanel, Amplitude, Umami and Rybbit: change the URL and the key, and your calls stay as they are. The docs list the versions tested, and what each SDK sends that Throughline does not store.",
  },
  {
    question: "How many users can it handle?",
    answer:
      "On two cores, lists of a million people and timelines of a hundred thousand events open in a fraction of a second. The benchmarks and their method are in the repository.",
  },
  {
    question: "Can we restrict who sees customers' names?",
    answer:
      "Yes. Roles determine who may view, edit, erase and manage, in each project separately if you like. Names, e-mail addresses and properties of your choice can be hidden from viewers, or from viewers and editors: on every screen, in search, downloads and alerts.",
  },
];

const OF_HOSTED = [
  {
    question: "What happens when the trial ends?",
    answer: `Your data stays, and events are still stored. You have ${READING_GRACE_DAYS} more days with every screen; after that, choose a plan to open them again. Downloading and erasing always work. If you move to your own server, change the URL and the key in your snippet.`,
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
