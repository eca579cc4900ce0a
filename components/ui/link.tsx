"use client";

import NextLink, { useLinkStatus } from "next/link";
import { type ComponentProps, useState } from "react";
import { useGo, useWait } from "@/components/ui/navigating";

type Props = ComponentProps<typeof NextLink>;

/**
 * A link within the app. Its page's frame is fetched once the pointer, a finger or the focus is on it; Next's own link
 * fetches those of all visible links, two requests each. With `prefetch={false}` nothing is fetched before the click.
 * While its page loads, the bar of `Navigating` shows that.
 */
export function Link({ prefetch, onPointerEnter, onFocus, children, ...rest }: Props) {
  const [intended, setIntended] = useState(false);
  const prefetched = prefetch !== false && intended;
  return (
    <NextLink
      {...rest}
      prefetch={prefetched ? prefetch : false}
      onPointerEnter={(event) => {
        setIntended(true);
        onPointerEnter?.(event);
      }}
      onFocus={(event) => {
        setIntended(true);
        onFocus?.(event);
      }}
    >
      {children}
      <ShowWait />
    </NextLink>
  );
}

/** A link in a menu, which closes at the click: the bar has to outlive the link. */
export function MenuLink({ href, ...rest }: Omit<Props, "href" | "onNavigate"> & { href: string }) {
  const go = useGo();
  return (
    <Link
      {...rest}
      href={href}
      onNavigate={(event) => {
        event.preventDefault();
        go(href);
      }}
    />
  );
}

function ShowWait() {
  useWait(useLinkStatus().pending);
  return null;
}
