import { defineConfig } from "prisma/config";

/** For the Prisma CLI (`generate`, and `migrate deploy` on a machine whose Prisma can reach the internet). */
export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "" },
});
