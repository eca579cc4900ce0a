import { ChevronDown } from "lucide-react";

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
      "Node 20 and Postgres 15 or newer. Without a Postgres at hand it brings its own. No Redis, no queue, no column store.",
  },
  {
    question: "Can I move over from OpenPanel?",
    answer:
      "Yes: it understands OpenPanel's own packages. Change the API URL and the client id; your calls need no changes.",
  },
];

export function Faq() {
  return (
    <section aria-labelledby="faq-title" className="mx-auto max-w-3xl px-5 pb-20">
      <h2 id="faq-title" className="font-semibold text-2xl tracking-tight">
        Questions
      </h2>
      <div className="mt-6 divide-y border-y">
        {QUESTIONS.map(({ question, answer }) => (
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
}
