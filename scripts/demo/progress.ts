const WIDTH = 30;

/** A progress bar on a terminal; elsewhere (a log) a line per 10 %. */
export function progressBar(what: string, total: number, out: NodeJS.WriteStream): (done: number) => void {
  let tenth = 0;
  return (done) => {
    const share = total === 0 ? 1 : done / total;
    const counts = `${done.toLocaleString("en")} of ${total.toLocaleString("en")} ${what}`;
    if (out.isTTY) {
      const filled = Math.round(share * WIDTH);
      out.write(`\r${"█".repeat(filled)}${"░".repeat(WIDTH - filled)} ${counts}${done === total ? "\n" : ""}`);
    } else if (Math.floor(share * 10) > tenth) {
      tenth = Math.floor(share * 10);
      out.write(`${tenth * 10} %: ${counts}\n`);
    }
  };
}
