/** Colours as SVG writes them. */
export interface Palette {
  readonly background: string;
  readonly border: string;
  readonly text: string;
  /** Black, red, green, yellow, blue, magenta, cyan, white, and the same brighter. */
  readonly sixteen: readonly string[];
}

/** Each colour has a contrast of 4.5 or more to the background, as WCAG 2.2 asks for (1.4.3): black and white as well. */
export const LIGHT: Palette = {
  background: "#ffffff",
  border: "#d1d9e0",
  text: "#1f2328",
  sixteen: [
    ...["#24292f", "#cf222e", "#116329", "#7d4e00", "#0969da", "#8250df", "#1b7c83", "#59636e"],
    ...["#59636e", "#a40e26", "#1a7f37", "#633c01", "#0a5fbf", "#6639ba", "#136b72", "#32383f"],
  ],
};

/** The same on a dark page. */
export const DARK: Palette = {
  background: "#0d1117",
  border: "#3d444d",
  text: "#e6edf3",
  sixteen: [
    ...["#8b949e", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4"],
    ...["#8b949e", "#ffa198", "#56d364", "#e3b341", "#79c0ff", "#d2a8ff", "#56d4dd", "#f0f6fc"],
  ],
};
