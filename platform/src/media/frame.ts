/**
 * Draws a picture that says what it is of, as a JPEG. The letters are drawn here, of five by seven dots: a machine without
 * fonts shows the same.
 */
import sharp from "sharp";

const [WIDTH, HEIGHT] = [640, 360];
/** Pixels a dot. */
const DOT = 2;

/** Seven rows of five bits, from the top. */
const FONT: Readonly<Record<string, readonly number[]>> = {
  "0": [14, 17, 19, 21, 25, 17, 14],
  "1": [4, 12, 4, 4, 4, 4, 14],
  "2": [14, 17, 1, 2, 4, 8, 31],
  "3": [31, 2, 4, 2, 1, 17, 14],
  "4": [2, 6, 10, 18, 31, 2, 2],
  "5": [31, 16, 30, 1, 1, 17, 14],
  "6": [6, 8, 16, 30, 17, 17, 14],
  "7": [31, 1, 2, 4, 8, 8, 8],
  "8": [14, 17, 17, 14, 17, 17, 14],
  "9": [14, 17, 17, 15, 1, 2, 12],
  A: [14, 17, 17, 31, 17, 17, 17],
  B: [30, 17, 17, 30, 17, 17, 30],
  C: [14, 17, 16, 16, 16, 17, 14],
  D: [28, 18, 17, 17, 17, 18, 28],
  E: [31, 16, 16, 30, 16, 16, 31],
  F: [31, 16, 16, 30, 16, 16, 16],
  G: [14, 17, 16, 23, 17, 17, 15],
  I: [14, 4, 4, 4, 4, 4, 14],
  L: [16, 16, 16, 16, 16, 16, 31],
  N: [17, 17, 25, 21, 19, 17, 17],
  O: [14, 17, 17, 17, 17, 17, 14],
  S: [15, 16, 16, 14, 1, 1, 30],
  T: [31, 4, 4, 4, 4, 4, 4],
  Z: [31, 1, 2, 4, 8, 16, 31],
  "-": [0, 0, 0, 31, 0, 0, 0],
  ":": [0, 12, 12, 0, 12, 12, 0],
  ".": [0, 0, 0, 0, 0, 12, 12],
};

/** @param lines Letters, digits and a few signs; what is not in the font is a blank. */
export async function drawFrame(lines: readonly string[]): Promise<Buffer> {
  const pixels = Buffer.alloc(WIDTH * HEIGHT * 3);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++)
      pixels.set([24, 40 + Math.floor((y / HEIGHT) * 60), 64 + Math.floor((x / WIDTH) * 90)], (y * WIDTH + x) * 3);
  for (const [row, line] of lines.entries()) {
    for (const [column, letter] of [...line.toUpperCase()].entries()) {
      for (const [dy, bits] of (FONT[letter] ?? []).entries())
        for (let dx = 0; dx < 5; dx++)
          if (bits & (16 >> dx)) dot(pixels, 24 + (column * 6 + dx) * DOT, 120 + row * 40 + dy * DOT);
    }
  }
  return await sharp(pixels, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } })
    .jpeg({ quality: 80 })
    .toBuffer();
}

function dot(pixels: Buffer, left: number, top: number): void {
  for (let y = top; y < top + DOT; y++)
    for (let x = left; x < left + DOT; x++)
      if (x < WIDTH && y < HEIGHT) pixels.fill(240, (y * WIDTH + x) * 3, (y * WIDTH + x) * 3 + 3);
}
