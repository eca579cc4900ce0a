"use client";

import { Command } from "cmdk";
import { FolderOpen, Layers, LoaderCircle, LogOut, Moon, Plus, Search, Sun, UserSearch } from "lucide-react";
import { useTheme } from "next-themes";
import { Dialog as Radix } from "radix-ui";
import { type ComponentProps, startTransition, useEffect, useState } from "react";
import { listHref } from "@/components/columns/list-url";
import { ACTIONS, isOpenTo, matchesWords, PAGES } from "@/components/palette/destinations";
import { useSearch } from "@/components/palette/use-search";
import { Avatar } from "@/components/ui/avatar";
import { useIsGuest } from "@/components/ui/guest";
import { useGo } from "@/components/ui/navigating";
import { useReturnFocus } from "@/components/ui/return-focus";
import { useNamesHidden } from "@/components/ui/sight";

export type PaletteProps = {
  projectId: string;
  projects: { id: string; name: string }[];
  logOut: () => Promise<void>;
};

/** On a phone the name matters more than the address, which is cut first. */
const NAME = "max-w-[65%] shrink-0 truncate";
const DETAIL = "min-w-0 flex-1 truncate text-right text-muted-foreground text-xs";

/** Finds people and accounts by any fragment, and every page, segment and action, by keyboard. */
export default function Palette({ projectId, projects, logOut, onClose }: PaletteProps & { onClose: () => void }) {
  const open = useGo();
  const { resolvedTheme, setTheme } = useTheme();
  const [typed, setTyped] = useState("");
  const query = typed.trim();
  const { found, searching, failed } = useSearch(projectId, query);
  const [selected, setSelected] = useState("");
  useEffect(() => {
    // Results arrive after pages and actions are listed; Enter should open the best result.
    const best = found.people[0]?.ref ?? found.accounts[0]?.href ?? found.segments[0]?.href;
    if (best) setSelected(best);
  }, [found]);
  const { remember, onCloseAutoFocus } = useReturnFocus();
  const go = (href: string) => () => {
    onClose();
    open(href);
  };
  const projectPath = (path: string) => `/${projectId}/${path}`;
  const isGuest = useIsGuest();
  const namesHidden = useNamesHidden();
  const among = (destinations: typeof PAGES) =>
    destinations.filter((one) => matchesWords(query, one.label, one.words) && isOpenTo({ isGuest, namesHidden }, one));
  const [pages, actions] = [among(PAGES), among(ACTIONS)];
  const otherProjects = projects.filter(
    ({ id, name }) => id !== projectId && matchesWords(query, name, "project switch"),
  );
  const dark = resolvedTheme === "dark";
  const themeLabel = dark ? "Light theme" : "Dark theme";
  return (
    <Radix.Root open onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-50 bg-black/40" />
        <Radix.Content
          aria-describedby={undefined}
          onCloseAutoFocus={onCloseAutoFocus}
          className="-translate-x-1/2 fixed top-[12vh] left-1/2 z-50 w-[calc(100%-1.5rem)] max-w-xl overflow-hidden rounded-xl border bg-popover shadow-xl max-sm:top-3"
        >
          {remember}
          <Radix.Title className="sr-only">Find anything</Radix.Title>
          <Command shouldFilter={false} label="Find anything" loop value={selected} onValueChange={setSelected}>
            <div className="flex items-center gap-2.5 border-b px-4">
              {searching ? (
                <LoaderCircle aria-hidden="true" className="size-4 shrink-0 animate-spin text-muted-foreground" />
              ) : (
                <Search aria-hidden="true" className="size-4 shrink-0 text-muted-foreground" />
              )}
              <Command.Input
                value={typed}
                onValueChange={setTyped}
                placeholder={namesHidden ? "Company, complete id, page…" : "Name, e-mail, id, property, page…"}
                className="h-12 w-full bg-transparent text-base outline-none placeholder:text-muted-foreground md:text-[15px]"
              />
            </div>
            <Command.List
              label="Search results"
              className="max-h-[min(26rem,60dvh)] overflow-y-auto p-1.5 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-muted-foreground [&_[cmdk-group-heading]]:text-xs"
            >
              <Command.Empty className="px-3 py-8 text-center text-muted-foreground text-sm">
                {failed
                  ? "The search failed. Check your connection and type again."
                  : searching
                    ? "Searching…"
                    : `No results for “${query}”.`}
              </Command.Empty>
              {found.people.length > 0 && (
                <Command.Group heading="Users">
                  {found.people.map((person) => (
                    <Item key={person.ref} value={person.ref} onSelect={go(person.href)}>
                      <Avatar name={person.name} src={person.avatar} anonymous={person.anonymous} className="size-6" />
                      <span className={NAME}>{person.name}</span>
                      <span className={DETAIL}>{person.detail ?? (person.anonymous ? "Anonymous" : "")}</span>
                    </Item>
                  ))}
                </Command.Group>
              )}
              {found.accounts.length > 0 && (
                <Command.Group heading="Accounts">
                  {found.accounts.map((account) => (
                    <Item key={account.href} value={account.href} onSelect={go(account.href)}>
                      <Avatar name={account.name} company className="size-6" />
                      <span className={NAME}>{account.name}</span>
                      <span className={DETAIL}>{account.detail}</span>
                    </Item>
                  ))}
                </Command.Group>
              )}
              {found.segments.length > 0 && (
                <Command.Group heading="Segments">
                  {found.segments.map((segment) => (
                    <Item key={segment.href} value={segment.href} onSelect={go(segment.href)}>
                      <Layers aria-hidden="true" />
                      {segment.name}
                      {segment.of === "accounts" && <span className="text-muted-foreground text-xs">accounts</span>}
                    </Item>
                  ))}
                </Command.Group>
              )}
              {pages.length > 0 && (
                <Command.Group heading="Pages">
                  {pages.map(({ label, path, icon: Icon }) => (
                    <Item key={path} value={path} onSelect={go(projectPath(path))}>
                      <Icon aria-hidden="true" />
                      {label}
                    </Item>
                  ))}
                </Command.Group>
              )}
              <Command.Group heading="Actions">
                {actions.map(({ label, path, icon: Icon }) => (
                  <Item key={path} value={path} onSelect={go(projectPath(path))}>
                    <Icon aria-hidden="true" />
                    {label}
                  </Item>
                ))}
                {otherProjects.map(({ id, name }) => (
                  <Item key={id} value={id} onSelect={go(`/${id}/users`)}>
                    <FolderOpen aria-hidden="true" />
                    Switch to {name}
                  </Item>
                ))}
                {!isGuest && matchesWords(query, "New project", "create") && (
                  <Item value="new-project" onSelect={go("/projects/new")}>
                    <Plus aria-hidden="true" />
                    New project
                  </Item>
                )}
                {matchesWords(query, themeLabel, "mode appearance") && (
                  <Item
                    value="theme"
                    onSelect={() => {
                      setTheme(dark ? "light" : "dark");
                      onClose();
                    }}
                  >
                    {dark ? <Sun aria-hidden="true" /> : <Moon aria-hidden="true" />}
                    {themeLabel}
                  </Item>
                )}
                {!isGuest && matchesWords(query, "Log out", "sign out") && (
                  <Item value="log-out" onSelect={() => startTransition(() => logOut())}>
                    <LogOut aria-hidden="true" />
                    Log out
                  </Item>
                )}
                {query !== "" && (
                  <Item value="search" onSelect={go(listHref(projectPath("users"), { search: query }))}>
                    <UserSearch aria-hidden="true" />
                    <span className="truncate">List all users matching “{query}”</span>
                  </Item>
                )}
              </Command.Group>
            </Command.List>
          </Command>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const Item = (props: ComponentProps<typeof Command.Item>) => (
  <Command.Item
    {...props}
    className="flex cursor-default items-center gap-2.5 rounded-md px-2.5 py-2 text-sm data-[selected=true]:bg-muted [&>svg]:size-4 [&>svg]:shrink-0 [&>svg]:text-muted-foreground"
  />
);
