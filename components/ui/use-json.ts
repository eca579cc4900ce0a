"use client";

import { useEffect, useState } from "react";
import useSWR, { type SWRConfiguration } from "swr";

/** The JSON at a path of ours; throws on any status but 2xx. */
export async function fetchJson<Data>(path: string): Promise<Data> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(String(response.status));
  return (await response.json()) as Data;
}

export type Fetched<Data> = { data: Data | null; loading: boolean; failed: boolean };

/** A question that somebody types: asked when they rest, and once per page view. The last answer stays until the next is there. */
const TYPED: SWRConfiguration = {
  keepPreviousData: true,
  revalidateOnFocus: false,
  revalidateOnReconnect: false,
  revalidateIfStale: false,
  shouldRetryOnError: false,
};

/** What `path` answers, asked `restMs` after it last changed; null: nothing is asked. */
export function useTyped<Data>(path: string | null, restMs: number): Fetched<Data> {
  const asked = useRested(path, restMs);
  const { data, error, isLoading } = useSWR<Data, Error>(path === null ? null : asked, fetchJson, TYPED);
  const isResting = path !== null && asked !== path;
  return { data: data ?? null, loading: isResting || isLoading, failed: !isResting && error !== undefined };
}

/**
 * Asks `ask` now and every `everyMs` while the tab is visible, also after failures; `key` names the question, null: it is
 * not asked. `onAnswer` sees each answer. `trouble`: the last one failed.
 */
export function usePolled<Data>(
  key: string | null,
  everyMs: number,
  { ask, onAnswer }: { ask: () => Promise<Data>; onAnswer: (data: Data) => void },
): { trouble: boolean } {
  const { error } = useSWR<Data, Error>(key, ask, {
    refreshInterval: everyMs,
    dedupingInterval: 0,
    onSuccess: onAnswer,
    // SWR's own pauses grow to minutes.
    onErrorRetry: (_error, _key, _config, revalidate, { retryCount }) =>
      void setTimeout(() => void revalidate({ retryCount }), everyMs),
  });
  return { trouble: error !== undefined };
}

function useRested<Value>(value: Value, restMs: number): Value {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), restMs);
    return () => clearTimeout(timer);
  }, [value, restMs]);
  return rested;
}
