/**
 * Finds the asserts of a proof, and plants behind each one that is false. A property that holds only because nothing ever
 * gets there would be proved like any other: what is planted must be refuted, which shows that it is reached. Where the
 * solver finds no values that lead there, or where it must be reached with and without a limit, say, the proof names them,
 * and every assert must be reached with each:
 *
 *     // witness: entry.toAmount == 1 && …
 */

/** Where an assert and those planted behind it start, in bytes. */
export interface Place {
  own: number;
  planted: number[];
}

export interface Planted {
  text: string;
  places: Place[];
}

/**
 * @throws {Error} unless every assert stands in the last function, `prove`. The checker starts at every function, with any
 *   arguments, and reports each place once, so elsewhere an assert that holds for one caller could hide that it fails for
 *   another.
 */
export function plant(proof: string): Planted {
  const code = withoutComments(proof);
  const start = code.indexOf("function prove(");
  if (start === -1) throw new Error("there is no function prove");
  if (code.indexOf("function ", start + 1) !== -1) throw new Error("prove must be the last function");

  const witnesses = [...proof.matchAll(/^ *\/\/ witness: (.+)$/gm)].map((line) => `if (${line[1]}) `);
  const lies = witnesses.length === 0 ? [""] : witnesses;
  let text = "";
  let done = 0;
  const places: Place[] = [];
  for (const { index } of code.matchAll(/\bassert\(/g)) {
    if (index < start) throw new Error("an assert stands outside prove");
    const end = code.indexOf(";", closing(code, index + "assert(".length)) + 1;
    text += `${proof.slice(done, index)}{ `;
    const own = Buffer.byteLength(text);
    text += `${proof.slice(index, end)} `;
    const planted = lies.map((lie) => {
      const at = Buffer.byteLength(text + lie);
      text += `${lie}assert(false); `;
      return at;
    });
    text += "}";
    places.push({ own, planted });
    done = end;
  }
  return { text: text + proof.slice(done), places };
}

/** The same length, with blanks for comments. */
function withoutComments(text: string): string {
  return text.replace(/\/\/.*$|\/\*[\s\S]*?\*\//gm, (comment) => " ".repeat(comment.length));
}

/** Where the parenthesis that is open at `from` is closed. */
function closing(code: string, from: number): number {
  let open = 1;
  for (let at = from; at < code.length; at++) {
    if (code[at] === "(") open++;
    if (code[at] === ")" && --open === 0) return at;
  }
  throw new Error("a parenthesis is not closed");
}
