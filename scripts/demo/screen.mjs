import { clearInterval, setInterval } from "node:timers";

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };
const INDENT = "   ";

/**
 * What the person sees: headings, sentences, commands, and lines that wait for something. Colour and moving
 * numbers on a terminal alone, colour not where NO_COLOR is set.
 * @param {NodeJS.WriteStream} stream
 * @param {NodeJS.ProcessEnv} env
 */
export function createScreen(stream, env) {
  const live = stream.isTTY && env.TERM !== "dumb";
  const coloured = live && (env.NO_COLOR ?? "") === "";
  const shortNames = [];
  let sections = 0;

  const paint = (colour, text) => (coloured ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text);
  const write = (text) => {
    stream.write(text);
  };
  const line = (text = "") => {
    write(text === "" ? "\n" : `${INDENT}${text}\n`);
  };

  const shorten = (text) => shortNames.reduce((rest, [path, name]) => rest.replaceAll(path, name), text);

  return {
    paint,
    line,
    shorten,
    title(text) {
      write(`\n${paint("bold", text)}\n`);
    },
    /** Counts the sections from 1 again. */
    startOver() {
      sections = 0;
    },
    section(text) {
      sections += 1;
      write(`\n${paint("bold", `${sections}. ${text}`)}\n`);
    },
    command(text) {
      line(paint("cyan", `$ ${text}`));
    },
    /** From now on `shorten` and `output` show `path` as `name`. The innermost of several paths is to be named first. */
    abbreviate(path, name) {
      shortNames.push([path, name]);
    },
    /** Text that a program printed, set off by a bar. */
    output(text) {
      const lines = shorten(text).trimEnd().split("\n");
      for (const one of lines) line(`${paint("dim", "|")} ${one}`.trimEnd());
    },
    /** Shows `label` while `work` goes on, and how long it took. What `work` throws is thrown on. */
    async wait(label, work) {
      const started = Date.now();
      const seconds = () => `${((Date.now() - started) / 1000).toFixed(1)} s`;
      const show = (end) => {
        if (live) write(`\r${INDENT}${label} ${paint("dim", end)}\u001b[K`);
      };
      if (!live) write(`${INDENT}${label} ...`);
      show("...");
      const ticking = live ? setInterval(() => show(`... ${seconds()}`), 200) : undefined;
      let end = "stopped after";
      try {
        const result = await work();
        end = "";
        return result;
      } finally {
        clearInterval(ticking);
        const took = `${end} ${seconds()}`.trim();
        if (live) show(took);
        write(live ? "\n" : ` ${took}\n`);
      }
    },
  };
}
