import { type Call, HELP, readCall } from "./admin/cli";
import { runTool } from "./tool";

/**
 * `npm run admin`: what an operator does without a browser. The answer goes to standard output, all else to standard
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

/** Before the instance is opened, so that a slip of the pen is answered at once. */
function read(line: string[]): Call {
  try {
    return readCall(line);
  } catch (error) {
    console.error((error as Error).message);
    process.exit(1);
  }
}
