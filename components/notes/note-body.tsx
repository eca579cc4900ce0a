import type { NotePiece } from "@/lib/notes/mentions";

/** A note's text with line breaks and highlighted mentions. */
export function NoteBody({ pieces }: { pieces: NotePiece[] }) {
  return (
    <p className="whitespace-pre-wrap text-sm [overflow-wrap:anywhere]">
      {pieces.map(({ text, member }, index) => {
        const key = `${index}${text}`;
        return member ? (
          <strong key={key} className="rounded-sm bg-accent px-0.5 font-medium text-accent-foreground">
            {text}
          </strong>
        ) : (
          <span key={key}>{text}</span>
        );
      })}
    </p>
  );
}
