import xterm from "@xterm/headless";
import type { IBufferCell, IBufferLine, Terminal } from "@xterm/headless";
import type { Cast } from "./cast.ts";

/** Neighbouring characters that look alike. */
export interface Run {
  readonly text: string;
  /** In columns; more than the text's length where characters are wide. */
  readonly width: number;
  /** One of the sixteen colours of a terminal; null for the text's own. */
  readonly colour: number | null;
  readonly bold: boolean;
}

/** A line of the screen, without the blanks at its end. */
export type Row = readonly Run[];

/** The whole screen from a moment on. */
export interface Frame {
  /** Milliseconds. */
  readonly at: number;
  readonly rows: readonly Row[];
  readonly cursor: { readonly row: number; readonly column: number };
}

/** Grey, which stands for what a terminal prints faintly. */
const FAINT = 8;
/** Milliseconds: what comes sooner than this after a frame is part of it. */
const SHORTEST_FRAME = 40;

/** What a terminal of that size shows, from change to change. */
export async function framesOf(cast: Cast, columns: number, rows: number): Promise<readonly Frame[]> {
  const terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 0, allowProposedApi: true });
  const frames: Frame[] = [];
  try {
    for (const { at, text } of cast.events) {
      await new Promise<void>((resolve) => {
        terminal.write(text, resolve);
      });
      const last = frames.at(-1);
      const isSame = last !== undefined && at - last.at < SHORTEST_FRAME;
      if (isSame) frames.pop();
      frames.push(frameOf(terminal, isSame ? last.at : at));
    }
  } finally {
    terminal.dispose();
  }
  return frames;
}

function frameOf({ buffer: { active }, rows }: Terminal, at: number): Frame {
  const lines = Array.from({ length: rows }, (_, row) => rowOf(active.getLine(active.baseY + row)));
  return { at, rows: lines, cursor: { row: active.cursorY, column: active.cursorX } };
}

function rowOf(line: IBufferLine | undefined): Row {
  const runs: Run[] = [];
  const end = line?.translateToString(true).trimEnd().length ?? 0;
  let length = 0;
  for (let column = 0; length < end; column += 1) {
    const cell = line?.getCell(column);
    if (cell === undefined) break;
    // The second half of a wide character.
    if (cell.getWidth() === 0) continue;
    const text = cell.getChars() || " ";
    length += text.length;
    const style = { colour: colourOf(cell), bold: cell.isBold() !== 0 };
    const last = runs.at(-1);
    if (last?.colour === style.colour && last.bold === style.bold)
      runs[runs.length - 1] = { ...last, text: last.text + text, width: last.width + cell.getWidth() };
    else runs.push({ text, width: cell.getWidth(), ...style });
  }
  return runs;
}

/** Colours beyond the sixteen have no counterpart on a light page. */
function colourOf(cell: IBufferCell): number | null {
  if (cell.isDim() !== 0) return FAINT;
  if (!cell.isFgPalette()) return null;
  const colour = cell.getFgColor();
  return colour < 16 ? colour : null;
}
