export function buildIfStale(root: string, options?: { force?: boolean; log?: (line: string) => void }): Promise<void>;
export function buildForDevelopment(root: string): Promise<void>;
export function bundle(root: string, outdir?: string): Promise<void>;
export function hashSources(root: string): string;
