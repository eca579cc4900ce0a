type Proxy = "nginx" | "caddy" | "pgbouncer";
export function findProxy(name: Proxy): string | null;
export function ensureProxies(names?: Proxy[]): void;
export function proxyEnv(): NodeJS.ProcessEnv;
