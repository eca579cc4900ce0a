"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useTransition } from "react";
import { cn } from "@/components/ui/cn";
import { Input } from "@/components/ui/input";

/** One part of a list's filter that is typed; Enter or leaving the field applies it. */
export function TextFilter({ name, label, placeholder }: { name: string; label: string; placeholder: string }) {
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
    />
  );
}
