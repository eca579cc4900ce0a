import { LandingSection } from "@/components/site/section";

const STEPS = [
  {
    title: "Paste one snippet",
    text: "A script of three kilobytes (gzipped), or a package for React, Next.js and Node. Already using another tool? Often only the URL and the key change.",
    code: '<script src="https://you.example/throughline.js"></script>',
  },
  {
    title: "Say who logs in",
    text: "One call after log-in. What happened on that device before joins the person's story at once, however much it is.",
    code: 'op.identify({ profileId: "42", email: "grace@…" })',
  },
  {
    title: "Read the whole story",
    text: "A checklist ticks itself off as your first event, log-in, second device and server call arrive. Then open anybody, or link to them from your back office.",
    code: "https://you.example/u?email=grace@…",
  },
];

export const LandingSteps = () => (
  <LandingSection id="how" tinted title="Three steps, a few minutes">
    <ol className="grid gap-8 md:grid-cols-3">
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
  </LandingSection>
);
