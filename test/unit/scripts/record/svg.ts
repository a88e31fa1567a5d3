/** The elements that are still open at the end of an XML text; throws where one is closed that is not open. */
export function tagsOf(svg: string): { readonly open: readonly string[] } {
  const open: string[] = [];
  const rest = svg.replace(
    /<(\/?)([a-z]+)((?:\s[\w:-]+="[^"<]*")*)\s*(\/?)>/g,
    (tag: string, closes: string, name: string, _: string, isEmpty: string) => {
      if (closes === "/" && open.pop() !== name) throw new Error(`${tag} closes what is not open`);
      if (closes === "" && isEmpty === "") open.push(name);
      return "";
    },
  );
  if (/[<]|&(?!(amp|lt|gt);)/.test(rest)) throw new Error(`neither text nor an element: ${rest}`);
  return { open };
}

/** The lines that an SVG of `renderSvg` shows where nothing moves, from the top. */
export function shownAtEnd(svg: string): readonly string[] {
  const groups = [...svg.matchAll(/^<g class="(s\d+)">(.*)<\/g>$/gm)];
  const shown = groups.filter(([, name = ""]) => !svg.includes(`.${name}{visibility:hidden`));
  return shown
    .flatMap(([, , elements = ""]) => [...elements.matchAll(/<text y="([\d.]+)"[^>]*>(.*?)<\/text>/g)])
    .sort(([, a], [, b]) => Number(a) - Number(b))
    .map(([, , text = ""]) => unescaped(text.replace(/<[^>]*>/g, "")));
}

function unescaped(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
