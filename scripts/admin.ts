import { pool } from "@/lib/db/pool";
import { prisma } from "@/lib/db/prisma";
import { HELP, readCall } from "./admin/cli";
import { openInstance } from "./instance";

/** `npm run admin`: what an operator does without a browser. Answers go to standard output, everything else to standard error. */
const args = process.argv.slice(2);
if (args.length === 0 || args[0] === "help" || args[0] === "--help") {
  console.log(HELP);
  process.exit(0);
}
try {
  const call = readCall(args);
  const instance = await openInstance();
  try {
    const { json, text } = await call.run((note) => console.error(note));
    console.log(call.json ? JSON.stringify(json) : text);
  } finally {
    await Promise.all([pool().end(), prisma().$disconnect()]);
    await instance.close();
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
