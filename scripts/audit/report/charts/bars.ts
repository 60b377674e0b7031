/** Lays out horizontal bars in the order given, each with its number at the end. */
import { COLOR, type Size, type Spec, WIDTHS } from "./draw.ts";

export interface Bar {
  /** Tells the bars apart; names may be alike. */
  key: string;
  name: string;
  value: number;
  /** The number, as it is to be read. */
  label: string;
}

export function bars(values: readonly Bar[], color: string, size: Size): Spec {
  const longest = Math.max(...values.map(({ label }) => label.length));
  const most = Math.max(...values.map(({ value }) => value));
  const width = WIDTHS[size];
  // Room for the number behind the longest bar.
  const room = 1 + (longest * 8 + 8) / (width - 160);
  const names = JSON.stringify(Object.fromEntries(values.map(({ key, name }) => [key, name])));
  return {
    height: values.length * 26,
    width,
    data: { values: [...values] },
    encoding: {
      y: {
        field: "key",
        type: "nominal",
        sort: null,
        title: null,
        axis: { labelExpr: `(${names})[datum.value]`, labelColor: COLOR.ink, labelLimit: 200 },
      },
      x: { field: "value", type: "quantitative", axis: null, scale: { domain: [0, most * room], nice: false } },
    },
    layer: [
      { mark: { type: "bar", color, height: { band: 0.62 } } },
      { mark: { type: "text", align: "left", dx: 6 }, encoding: { text: { field: "label" } } },
    ],
  };
}
