import { type CommandCall, HELP, readCall } from "./admin/cli";
import { runTool } from "./tool";

/**
 * `npm run admin`: the operator's command line. The result goes to standard output, everything else to standard
 * error.
 */
const args = process.argv.slice(2);
if (args.length === 0 || args[0] === "help" || args[0] === "--help") {
  console.log(HELP);
} else {
  const call = read(args);
  await runTool(async () => {
    const answer = await call.run((note) => console.error(note));
    return call.json ? JSON.stringify(answer.json) : answer.text;
  });
}

/** Parsed before the instance is opened, so that typos fail at once. */
function read(line: string[]): CommandCall {
  try {
    return readCall(line);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
