"use client";

import { Search } from "lucide-react";
import Form from "next/form";
import { useEffect, useRef } from "react";

/** Leads to /docs/search, with or without JavaScript; "/" focuses it. */
export function SearchForm() {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // Read here, as with useSearchParams static pages would have no form without JavaScript.
    if (input.current?.value === "") input.current.value = new URLSearchParams(location.search).get("q") ?? "";
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.metaKey || event.ctrlKey || event.altKey) return;
      if (event.target instanceof HTMLElement && event.target.closest("input, textarea, select, [contenteditable]"))
        return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  return (
    <Form action="/docs/search" role="search" className="relative ml-auto w-full max-w-64">
      <Search
        aria-hidden="true"
        className="-translate-y-1/2 pointer-events-none absolute top-1/2 left-2.5 size-4 text-muted-foreground"
      />
      <input
        ref={input}
        type="search"
        name="q"
        maxLength={100}
        aria-label="Search the docs"
        aria-keyshortcuts="/"
        placeholder="Search"
        className="h-8 w-full rounded-md border border-input bg-background pr-8 pl-8 text-base placeholder:text-muted-foreground sm:text-sm"
      />
      <span
        aria-hidden="true"
        className="-translate-y-1/2 pointer-events-none absolute top-1/2 right-2 rounded border bg-muted px-1 font-mono text-2xs text-muted-foreground max-sm:hidden"
      >
        /
      </span>
    </Form>
  );
}
