export function readPort(variable: string | undefined): number;
export function requireFree(port: number, host?: string, waitMs?: number): Promise<void>;
