export function withLock<T>(file: string, work: () => Promise<T>, onWait?: () => void): Promise<T>;
export function isAlive(pid: number): boolean;
