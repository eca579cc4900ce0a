/**
 * The groups of files that import each other (cycles), largest first (strongly connected components, Tarjan 1972).
 * `importsOf` gives a file's imports, types included: even a cycle of types alone cannot be read from top to bottom.
 */
export function cyclesIn(files: readonly string[], importsOf: (path: string) => readonly string[]): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const visit = (file: string): number => {
    const number = index.size;
    index.set(file, number);
    low.set(file, number);
    stack.push(file);
    for (const to of importsOf(file)) {
      if (!index.has(to)) low.set(file, Math.min(low.get(file) ?? 0, visit(to)));
      else if (stack.includes(to)) low.set(file, Math.min(low.get(file) ?? 0, index.get(to) ?? 0));
    }
    if (low.get(file) === number) {
      const group = stack.splice(stack.indexOf(file)).sort();
      if (group.length > 1 || importsOf(file).includes(file)) cycles.push(group);
    }
    return low.get(file) ?? number;
  };
  for (const file of files) if (!index.has(file)) visit(file);
  return cycles.sort((a, b) => b.length - a.length);
}
