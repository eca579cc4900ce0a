"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useTransition } from "react";
import { cn } from "@/components/ui/cn";

export type SelectOption = { value: string; label: string };

type SelectFilterProps = {
  name: string;
  label: string;
  options: SelectOption[];
  /** A class that reserves space, for options that load later. */
  width?: string;
  /** What the list shows without this filter. */
  none?: string;
};

/** One filter of a list, kept in the URL. A native select: accessible, and no script. */
export function SelectFilter({ name, label, options, width, none = `${label}: any` }: SelectFilterProps) {
  const router = useRouter();
  const pathname = usePathname();
  const current = useSearchParams();
  const [loading, startTransition] = useTransition();
  const value = current.get(name) ?? "";
  const pick = (wanted: string) => {
    const query = new URLSearchParams(current);
    query.delete("cursor");
    if (wanted === "") query.delete(name);
    else query.set(name, wanted);
    startTransition(() => router.push(`${pathname}?${query}`, { scroll: false }));
  };
  const known = value === "" || options.some((option) => option.value === value);
  return (
    <select
      aria-label={label}
      value={value}
      onChange={({ target }) => pick(target.value)}
      className={cn(
        "h-8 max-w-44 rounded-md border border-input bg-background px-2 text-[13px]",
        value === "" ? "text-muted-foreground" : "border-primary/50 bg-accent text-accent-foreground",
        loading && "opacity-60",
        width,
      )}
    >
      <option value="">{none}</option>
      {!known && <option value={value}>{value}</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
