/** Draws charts as SVG with Vega, without a browser. Colours are the page's own CSS variables: light, dark and print. */
import { parse, textMetrics, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { escapeHtml } from "../../page/html.ts";

declare module "vega" {
  /** Vega's own measure of text; its types leave it out. */
  const textMetrics: { width(item: { fontSize?: number }, text: unknown): number };
}

export type Spec = TopLevelSpec;

/** A figure of the report. */
export interface Chart {
  id: string;
  /** What it shows, as a sentence: the finding. */
  title: string;
  /** What the axes, colours and units are. */
  caption?: string;
  /** May leave something out where there is little room. No spec: there is nothing to draw, and the title says why. */
  spec?: (size: Size) => Spec;
}

/** The same drawing for a page and for a narrow screen. */
export type Drawings = Record<Size, string>;

/** Colours by what they mean. style.ts gives them their values. */
export const COLOR = {
  deposited: "var(--deposited)",
  settled: "var(--settled)",
  withdrawn: "var(--withdrawn)",
  credits: "var(--credits)",
  bad: "var(--bad)",
  ink: "var(--ink)",
  muted: "var(--muted)",
  grid: "var(--grid)",
} as const;

/** Pixels. The narrow one is drawn anew, so that its letters keep their size on a telephone. */
export const WIDTHS = { wide: 860, narrow: 350 } as const;
export type Size = keyof typeof WIDTHS;

export async function drawingsOf({ id, title, caption = "", spec }: Chart): Promise<Drawings | undefined> {
  if (spec === undefined) return undefined;
  const draw = async (size: Size) => named(await svgOf(spec(size)), `${id}-${size}`, title, caption);
  const [wide, narrow] = await Promise.all([draw("wide"), draw("narrow")]);
  return { wide, narrow };
}

async function svgOf(spec: Spec): Promise<string> {
  // There is no canvas here to measure letters on. Vega's own guess is four fifths of an em a letter, which leaves holes.
  textMetrics.width = (item, text) => 0.56 * (item.fontSize ?? 11) * String(text ?? "").length;
  const view = new View(parse(compile({ ...spec, config: { ...CONFIG, ...spec.config } }).spec), { renderer: "none" });
  const svg = await view.toSVG();
  view.finalize();
  return svg;
}

/** Gives the drawing a name and a description for those who do not see it. */
function named(svg: string, id: string, title: string, description: string): string {
  const open = `<svg role="img" aria-labelledby="${id}-title ${id}-text" `;
  const words = `<title id="${id}-title">${escapeHtml(title)}</title><desc id="${id}-text">${escapeHtml(description)}</desc>`;
  // Vega calls each group of marks an image of its own, and none of them has a name.
  const whole = svg.replaceAll(/ role="graphics-[a-z]+" aria-roledescription="[^"]*"/g, "");
  return whole.replace("<svg ", open).replace(/(<svg [^>]*>)/, `$1${words}`);
}

const CONFIG: NonNullable<Spec["config"]> = {
  // The drawing as a whole has a name; a label for each bar would be most of the file.
  aria: false,
  background: "transparent",
  autosize: { type: "fit-x", contains: "padding" },
  padding: 2,
  view: { stroke: null },
  axis: {
    labelColor: COLOR.muted,
    labelFontSize: 12,
    titleColor: COLOR.muted,
    titleFontSize: 12,
    titleFontWeight: "normal",
    domainColor: COLOR.grid,
    gridColor: COLOR.grid,
    tickColor: COLOR.grid,
    titlePadding: 8,
  },
  axisX: { grid: false, labelFlush: false },
  axisY: { domain: false, ticks: false, labelPadding: 6 },
  legend: {
    orient: "top",
    direction: "horizontal",
    title: null,
    labelColor: COLOR.ink,
    labelFontSize: 12,
    symbolType: "square",
    symbolStrokeWidth: 0,
    columnPadding: 18,
    offset: 6,
    padding: 0,
  },
  text: { color: COLOR.ink, fontSize: 12 },
};
