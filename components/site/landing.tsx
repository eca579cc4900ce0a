import Link from "next/link";
export function Landing() {
  return (
    <main className="p-10">
      <Link href="/signup">Create account</Link>
    </main>
  );
}
