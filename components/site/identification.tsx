import { LandingSection } from "@/components/site/section";
import { cn } from "@/components/ui/cn";

/** The meaning of a dot: an event's owner. */
type Dot = "anonymous" | "logIn" | "sent";
type Lane = { name: string; dots: (Dot | null)[] };

const DAYS = ["1 Mar", "5 Mar", "8 Mar", "9 Mar", "14 Mar", "14 Mar", "20 Mar"];
const LANES: Lane[] = [
  { name: "Laptop", dots: ["anonymous", "anonymous", "logIn", "sent", null, null, "sent"] },
  { name: "Phone", dots: [null, null, null, null, "anonymous", "logIn", null] },
  { name: "Your server", dots: [null, null, null, "sent", null, null, "sent"] },
];

const RULES = [
  {
    title: "What is sent with a user id stays with that user",
    text: "Always. Nothing inferred later can take it away.",
  },
  {
    title: "Anonymous visits join only on evidence",
    text: "When somebody logs in on a device, what happened there before becomes the beginning of their story. It takes milliseconds, for ten events or a million.",
  },
  {
    title: "Shared devices stay apart",
    text: "On a family tablet, an anonymous visit goes to whoever logged in around that time, or to nobody. On a kiosk, a log-in claims only the half hour before it.",
  },
  {
    title: "Each event says why it is theirs, and you can undo it",
    text: "Sent with their id, from before a log-in, or from the same device after a log-out. Detach a device, split or merge people, and every count follows.",
  },
];

const LOOKS: Record<Dot, string> = {
  anonymous: "border-2 border-primary border-dashed bg-background",
  logIn: "bg-primary ring-4 ring-primary/25",
  sent: "bg-primary",
};
const dot = (kind: Dot) => <span className={cn("size-3 rounded-full", LOOKS[kind])} />;

/** What user identification is, how visits become one person's, and a picture of it. */
export const Identification = () => (
  <LandingSection
    id="identity"
    title="One person, whatever they used"
    lead={
      <>
        A browser knows a device, your log-in knows a user id, your server knows a customer number. User identification
        decides which of these are the same person, and which are not. A wrong merge shows you one customer's history
        under another's name, so Throughline moves history only on evidence.
      </>
    }
  >
    <div className="grid gap-10 lg:grid-cols-[minmax(0,1.15fr)_minmax(0,1fr)] lg:gap-14">
      <figure className="min-w-0 self-start rounded-xl border bg-card p-4 sm:p-6">
        <div aria-hidden="true" className="grid gap-y-4 text-xs sm:text-sm">
          <Row
            name=""
            cells={DAYS.map((day, at) => ({
              key: `${day} ${at}`,
              show: day === DAYS[at - 1] ? "" : <span className={cn(at % 2 === 1 && "max-sm:hidden")}>{day}</span>,
            }))}
          />
          {LANES.map(({ name, dots }) => (
            <Row
              key={name}
              name={name}
              line="border-dashed"
              cells={dots.map((kind, at) => ({ key: `${name} ${at}`, show: kind && dot(kind) }))}
            />
          ))}
          <div className="border-t pt-4">
            <Row
              name="Grace Hopper"
              strong
              line="border-primary"
              cells={DAYS.map((day, at) => ({
                key: `${day} ${at}`,
                show: dot(LANES.some(({ dots }) => dots[at] === "logIn") ? "logIn" : "sent"),
              }))}
            />
          </div>
        </div>
        <figcaption className="mt-5 flex flex-wrap gap-x-5 gap-y-2 border-t pt-4 text-muted-foreground text-xs">
          <span className="sr-only">
            A laptop that was anonymous on 1 and 5 March, a phone that was anonymous on 14 March and events from a
            server become one line of Grace Hopper, because she logged in on both devices.
          </span>
          {(
            [
              ["anonymous", "anonymous, from before the log-in"],
              ["logIn", "logs in"],
              ["sent", "sent with the user id"],
            ] as const
          ).map(([kind, text]) => (
            <span key={kind} aria-hidden="true" className="inline-flex items-center gap-2">
              {dot(kind)}
              {text}
            </span>
          ))}
        </figcaption>
      </figure>
      <ul className="grid content-start gap-5">
        {RULES.map(({ title, text }) => (
          <li key={title}>
            <h3 className="font-medium">{title}</h3>
            <p className="mt-1 text-pretty text-muted-foreground text-sm leading-relaxed">{text}</p>
          </li>
        ))}
        <li className="text-sm">
          <a href="/docs/identity" className="font-medium text-primary underline-offset-4 hover:underline">
            All rules, with pictures
          </a>
        </li>
      </ul>
    </div>
  </LandingSection>
);

type Cell = { key: string; show: React.ReactNode };

const Row = ({ name, cells, line, strong }: { name: string; cells: Cell[]; line?: string; strong?: boolean }) => (
  <div className="grid grid-cols-[4.75rem_minmax(0,1fr)] items-center gap-2 sm:grid-cols-[7rem_minmax(0,1fr)]">
    <span className={strong ? "font-medium" : "text-muted-foreground"}>{name}</span>
    <span className="relative grid grid-cols-7 items-center">
      {line && <span className={cn("absolute inset-x-0 top-1/2 border-t", line)} />}
      {cells.map(({ key, show }) => (
        <span
          key={key}
          className="relative flex h-5 items-center justify-center whitespace-nowrap text-2xs text-muted-foreground sm:text-xs"
        >
          {show}
        </span>
      ))}
    </span>
  </div>
);
