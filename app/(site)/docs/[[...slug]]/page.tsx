import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { DocsBlocks } from "@/components/docs/blocks";
import { DocsFrame } from "@/components/docs/docs-frame";
import { docsPages } from "@/lib/docs/pages";
import { anchorOf, readPage, resolveLink, svgDataUrl } from "@/lib/docs/read";

/** All pages are generated at build time; other slugs are 404s. */
export const dynamic = "force-static";
export const dynamicParams = false;

type Props = { params: Promise<{ slug?: string[] }> };

export const generateStaticParams = () => docsPages().map(({ slug }) => ({ slug: slug === "" ? [] : slug.split("/") }));

async function pageOf({ params }: Props) {
  const slug = ((await params).slug ?? []).join("/");
  return docsPages().find((page) => page.slug === slug) ?? notFound();
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const page = await pageOf(props);
  return { title: readPage(page).title };
}

export default async function DocumentationPage(props: Props) {
  const page = await pageOf(props);
  const { title, blocks, headings } = readPage(page);
  const resolver = {
    link: (href: string) => resolveLink(page, href),
    picture: (href: string) => svgDataUrl(page, href),
  };
  return (
    <DocsFrame slug={page.slug} title={title} headings={headings}>
      <DocsBlocks blocks={blocks} resolver={resolver} anchor={anchorOf} />
    </DocsFrame>
  );
}
