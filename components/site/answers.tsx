const ANSWERS = [
  {
    question: "Which features does this company use?",
    text: "Every account with its people, who uses what and when they last did, and what the whole team did, in one timeline.",
  },
  {
    question: "Who is about to leave?",
    text: "A probability based on each person's own rhythm, with the reason in words and a track record on your own data.",
  },
  {
    question: "What did those who stayed do first?",
    text: "Any two groups side by side, in the same days of each person's life, with intervals instead of hunches.",
  },
  {
    question: "How healthy is your user base?",
    text: "New, active, slipping, dormant, back again: week by week, and every bar opens the people in it.",
  },
  {
    question: "What led them to sign up?",
    text: "The path from the first visit to the sign-up, for one person or for everybody, next to those who turned back.",
  },
  {
    question: "What happened in this ticket?",
    text: "Find anybody by name, e-mail, id or any property, read their last visit, and share a link to the exact event.",
  },
];

/** Questions that teams ask, and where they find the answer. */
export function Answers() {
  return (
    <section aria-labelledby="answers-title" className="mx-auto max-w-6xl px-5 pt-16">
      <h2 id="answers-title" className="font-semibold text-2xl tracking-tight">
        Questions it answers
      </h2>
      <dl className="mt-8 grid gap-x-8 gap-y-7 sm:grid-cols-2 lg:grid-cols-3">
        {ANSWERS.map(({ question, text }) => (
          <div key={question}>
            <dt className="font-medium">{question}</dt>
            <dd className="mt-1.5 text-pretty text-muted-foreground text-sm leading-relaxed">{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
