"use client";

import { LoaderCircle, Search } from "lucide-react";
import { useEffect, useState } from "react";
import { type CorrectionActions, type FindPeople, type MergeCandidate, runAction } from "@/components/identity/actions";
import { Confirm } from "@/components/identity/correction-dialog";
import { mergeText } from "@/components/identity/correction-texts";
import { Avatar } from "@/components/ui/avatar";
import { Button } from "@/components/ui/button";
import { Dialog, DialogContent } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { pluralCount } from "@/lib/format/number";

/** Search debounce, in milliseconds. */
const REST_MS = 200;

type MergeDialogProps = {
  actions: CorrectionActions;
  find: FindPeople;
  person: { name: string; userIds: string[] };
  onClose: () => void;
};

/** Finds the other person, then previews the merge. */
export default function MergeDialog({ actions, find, person, onClose }: MergeDialogProps) {
  const [other, setOther] = useState<MergeCandidate | null>(null);
  const own = person.userIds[0] ?? "";
  const words = other && mergeText([person.name, other.name]);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()}>
      <DialogContent
        title={words?.title ?? `Merge ${person.name} with…`}
        description={words?.text ?? "Find the same person under another id. You will see a preview first."}
        className="max-w-xl"
      >
        {other && words ? (
          <>
            <Button variant="link" size="none" className="justify-self-start" onClick={() => setOther(null)}>
              Choose someone else
            </Button>
            <Confirm
              actions={actions}
              correction={{ kind: "alias", pairs: [[own, other.userId]] }}
              words={words}
              onClose={onClose}
            />
          </>
        ) : (
          <Finder projectId={actions.projectId} find={find} without={person.userIds} choose={setOther} />
        )}
      </DialogContent>
    </Dialog>
  );
}

type FinderProps = {
  projectId: string;
  find: FindPeople;
  without: string[];
  choose: (candidate: MergeCandidate) => void;
};

function Finder({ projectId, find, without, choose }: FinderProps) {
  const [search, setSearch] = useState("");
  const [searchState, setSearchState] = useState<
    { search: string; people: MergeCandidate[] } | { failed: string } | null
  >(null);
  const searchText = search.trim();
  useEffect(() => {
    if (searchText === "") {
      setSearchState(null);
      return;
    }
    let current = true;
    const timer = setTimeout(() => {
      runAction(find, { projectId, search: searchText }).then(
        (people) => current && setSearchState({ search: searchText, people }),
        (error: Error) => current && setSearchState({ failed: error.message }),
      );
    }, REST_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [searchText, projectId, find]);

  const people =
    searchState && "people" in searchState ? searchState.people.filter((one) => !without.includes(one.userId)) : [];
  const searching =
    searchText !== "" && (searchState === null || ("search" in searchState && searchState.search !== searchText));
  const Icon = searching ? LoaderCircle : Search;
  return (
    <div className="grid min-h-64 content-start gap-2">
      <search className="relative">
        <Icon
          aria-hidden="true"
          className={`pointer-events-none absolute top-2.5 left-2.5 size-4 text-muted-foreground ${searching ? "animate-spin" : ""}`}
        />
        <Input
          type="search"
          aria-label="Search users to merge with"
          placeholder="Name, e-mail or id"
          autoComplete="off"
          spellCheck={false}
          value={search}
          onChange={(event) => setSearch(event.target.value)}
          className="pl-8.5"
        />
      </search>
      <p role="status" className="text-muted-foreground text-sm empty:hidden">
        {searchState && "failed" in searchState
          ? searchState.failed
          : !searching && searchText !== "" && people.length === 0
            ? "No other identified user matches. An anonymous visitor joins a user by logging in."
            : null}
      </p>
      <ul className="grid">
        {people.map((person) => (
          <li key={person.ref}>
            <button
              type="button"
              onClick={() => choose(person)}
              className="flex w-full items-center gap-2.5 rounded-md px-2 py-2 text-left hover:bg-muted"
            >
              <Avatar name={person.name} src={person.avatar} />
              <span className="grid min-w-0 flex-1">
                <span className="truncate font-medium text-[13px]">{person.name}</span>
                <span className="truncate text-muted-foreground text-xs">{person.detail}</span>
              </span>
              <span className="text-muted-foreground text-xs tabular-nums">{pluralCount(person.events, "event")}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
