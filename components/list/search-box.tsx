"use client";

import { LoaderCircle, Search, X } from "lucide-react";
import { debounce, parseAsString, useQueryStates } from "nuqs";
import { useEffect, useRef, useState } from "react";
import { useListLayout } from "@/components/list/layout-context";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { usePending } from "@/components/ui/pending";
import { useNamesHidden } from "@/components/ui/sight";

/** Search debounce, in milliseconds. */
const REST_MS = 200;

export function SearchBox() {
  const { words } = useListLayout().list;
  const namesHidden = useNamesHidden();
  const [pending, startTransition] = usePending();
  const [{ search: q }, setParams] = useQueryStates(
    { search: parseAsString.withDefault(""), cursor: parseAsString },
    { shallow: false, history: "replace", startTransition },
  );
  const [typed, setTyped] = useState(q);
  const [known, setKnown] = useState(q);
  if (q !== known) {
    // The URL changed from outside: "Show everyone", the browser's back button.
    setKnown(q);
    if (q !== typed.trim()) setTyped(q);
  }
  const input = useRef<HTMLInputElement>(null);

  const search = (value: string) => {
    setTyped(value);
    const limitUrlUpdates = value === "" ? undefined : debounce(REST_MS);
    void setParams({ search: value.trim() || null, cursor: null }, { limitUrlUpdates });
  };

  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const typing =
        event.target instanceof Element && event.target.closest("input, textarea, select, [contenteditable]");
      if (event.key !== "/" || event.metaKey || event.ctrlKey || event.altKey || typing) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);

  const loading = pending && typed.trim() !== "";
  const Icon = loading ? LoaderCircle : Search;
  return (
    <search className="relative flex-1 max-sm:basis-full sm:max-w-72">
      <Icon
        aria-hidden="true"
        className={`pointer-events-none absolute top-2 left-2.5 size-4 text-muted-foreground ${loading ? "animate-spin" : ""}`}
      />
      <Input
        ref={input}
        type="search"
        name="search"
        aria-label={words.search}
        aria-keyshortcuts="/"
        placeholder={(namesHidden && words.masked) || words.placeholder}
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => search(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && search("")}
        className="h-8 pr-8 pl-8.5 [&::-webkit-search-cancel-button]:hidden"
      />
      {typed === "" ? (
        <span
          aria-hidden="true"
          className="pointer-events-none absolute top-1.5 right-2 hidden h-5 min-w-5 items-center justify-center rounded border bg-muted font-mono text-2xs text-muted-foreground sm:flex"
        >
          /
        </span>
      ) : (
        <Button variant="ghost" size="none" className="absolute top-1 right-1 size-6" onClick={() => search("")}>
          <X aria-hidden="true" />
          <span className="sr-only">Clear search</span>
        </Button>
      )}
    </search>
  );
}
