"use client";

import { useEffect, useState } from "react";
import useSWR, { type SWRConfiguration } from "swr";

/** Fetches JSON from our own API; throws on any status but 2xx. */
export async function fetchJson<Data>(path: string): Promise<Data> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(String(response.status));
  return (await response.json()) as Data;
}

export type Fetched<Data> = { data: Data | null; loading: boolean; failed: boolean };

/** For search-as-you-type: debounced and cached per page view. The previous answer stays until the next arrives. */
const TYPED: SWRConfiguration = {
  keepPreviousData: true,
  revalidateOnFocus: false,
  revalidateOnReconnect: false,
  revalidateIfStale: false,
  shouldRetryOnError: false,
};

/** The response of `path`, fetched `restMs` after its last change; null: no request. */
export function useTyped<Data>(path: string | null, restMs: number): Fetched<Data> {
  const rested = useRested(path, restMs);
  const { data, error, isLoading } = useSWR<Data, Error>(path === null ? null : rested, fetchJson, TYPED);
  const isResting = path !== null && rested !== path;
  return { data: data ?? null, loading: isResting || isLoading, failed: !isResting && error !== undefined };
}

/**
 * Calls `request` now and every `everyMs` while the tab is visible, also after failures; `key` identifies the poll,
 * null: no polling. `onData` gets each response. `trouble`: the last request failed.
 */
export function usePolled<Data>(
  key: string | null,
  everyMs: number,
  { request, onData }: { request: () => Promise<Data>; onData: (data: Data) => void },
): { trouble: boolean } {
  const { error } = useSWR<Data, Error>(key, request, {
    refreshInterval: everyMs,
    dedupingInterval: 0,
    onSuccess: onData,
    // SWR's own retry backoff grows to minutes.
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
