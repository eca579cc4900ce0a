import { cn } from "@/components/ui/cn";
import { Input } from "@/components/ui/input";

type SmallInputProps = {
  kind: "date" | "number" | "text";
  label: string;
  text: string;
  type: (text: string) => void;
  className: string;
};

export const SmallInput = ({ kind, label, text, type, className }: SmallInputProps) => (
  <Input
    type={kind}
    aria-label={label}
    step="any"
    value={text}
    onChange={(event) => type(event.target.value)}
    className={cn("h-8 px-2", className)}
  />
);

type NumberInputProps = { label: string; text: string; type: (text: string) => void; unit: string };

export const NumberInput = ({ label, text, type, unit }: NumberInputProps) => (
  <span className="inline-flex items-center gap-1.5 text-sm">
    <Input
      type="number"
      inputMode="numeric"
      aria-label={label}
      min={0}
      step={1}
      value={text}
      onChange={(event) => type(event.target.value)}
      className="h-8 w-18 px-2"
    />
    <span className="text-muted-foreground">{unit}</span>
  </span>
);
