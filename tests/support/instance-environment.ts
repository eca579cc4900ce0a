/** Settings of the test run itself that would leak into the instances it starts. */
const LEAKS = ["DATABASE_URL", "AUTH_SECRET", "DATA_DIR", "PORT", "HOST", "APP_URL", "npm_lifecycle_event", "VITEST"];

/** The environment of an instance: a production one, with these variables. */
export function instanceEnvironment(changes: Record<string, string>): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_ENV: "production" };
  for (const name of LEAKS) Reflect.deleteProperty(env, name);
  return { ...env, ...changes };
}
