"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useState, useTransition } from "react";
import { PropertyHints } from "@/components/filters/property-hints";
import { cn } from "@/components/ui/cn";
import { Input } from "@/components/ui/input";

type TextFilterProps = {
  name: string;
  label: string;
  placeholder: string;
  /** The project whose event properties are suggested. */
  propertiesOf?: string;
};

/** A text filter of a list; Enter or blur applies it. */
export function TextFilter({ name, label, placeholder, propertiesOf }: TextFilterProps) {
  const [touched, setTouched] = useState(false);
  const router = useRouter();
  const pathname = usePathname();
  const current = useSearchParams();
  const [loading, startTransition] = useTransition();
  const value = current.get(name) ?? "";
  const apply = (wanted: string) => {
    if (wanted === value) return;
    const query = new URLSearchParams(current);
    query.delete("cursor");
    if (wanted === "") query.delete(name);
    else query.set(name, wanted);
    startTransition(() => router.push(`${pathname}?${query}`, { scroll: false }));
  };
  return (
    <>
      <Input
        key={value}
        aria-label={label}
        placeholder={placeholder}
        defaultValue={value}
        spellCheck={false}
        autoComplete="off"
        onKeyDown={(event) => event.key === "Enter" && apply(event.currentTarget.value.trim())}
        onBlur={(event) => apply(event.currentTarget.value.trim())}
        className={cn(
          "h-8 w-44 px-2.5 text-[13px] md:text-[13px]",
          value !== "" && "border-primary/50 bg-accent",
          loading && "opacity-60",
        )}
        list={propertiesOf && `${name}-hints`}
        onFocus={() => setTouched(true)}
      />
      {propertiesOf && touched && <PropertyHints id={`${name}-hints`} projectId={propertiesOf} />}
    </>
  );
}
