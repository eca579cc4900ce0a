const STEPS = [
  {
    title: "Paste one snippet",
    text: "A script of three kilobytes, or the package for React, Next.js and Node. Already on OpenPanel? Change the URL.",
    code: '<script src="https://you.example/throughline.js"></script>',
  },
  {
    title: "Say who logs in",
    text: "One call after login. What the same device did before joins the person's story at once, however long it is.",
    code: 'op.identify({ profileId: "42", email: "grace@…" })',
  },
  {
    title: "Read the whole story",
    text: "Find anyone by name, e-mail or id in a second. Every visit, click, property change and gap, in order.",
    code: "1 Mar → 9 Mar → today",
  },
];

export function Steps() {
  return (
    <section id="how" aria-labelledby="how-title" className="scroll-mt-8 border-y bg-sidebar">
      <div className="mx-auto max-w-6xl px-5 py-16">
        <h2 id="how-title" className="font-semibold text-2xl tracking-tight">
          Three steps, a few minutes
        </h2>
        <ol className="mt-8 grid gap-8 md:grid-cols-3">
          {STEPS.map((step, index) => (
            <li key={step.title} className="min-w-0">
              <span aria-hidden="true" className="font-medium text-primary text-sm tabular-nums">
                {index + 1}
              </span>
              <h3 className="mt-1 font-medium">{step.title}</h3>
              <p className="mt-1.5 text-pretty text-muted-foreground text-sm leading-relaxed">{step.text}</p>
              <code className="mt-4 block truncate rounded-md border bg-background px-3 py-2 font-mono text-xs">
                {step.code}
              </code>
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
