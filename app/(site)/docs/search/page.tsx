import type { Metadata } from "next";
import { DocsSearchResults } from "@/components/docs/results";
import { searchSections } from "@/lib/docs/search";
import { docsSections } from "@/lib/docs/sections";

export const metadata: Metadata = { title: "Search the docs", robots: { index: false } };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** A GET form leads here, so that it works without JavaScript and results can be linked. */
export default async function DocsSearchPage({ searchParams }: Props) {
  const { q } = await searchParams;
  const query = typeof q === "string" ? q.trim() : "";
  return <DocsSearchResults query={query} found={searchSections(docsSections(), query)} />;
}
