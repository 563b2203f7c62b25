/** Digits in a terminal: two pixels in one character, one above the other. */

/** From this much ink on, a pixel shows. */
const INK = 96;
/** Digits lie in the middle 20 x 20 of their 28 x 28 pixels; some reach a little further. */
const [FIRST, LAST] = [3, 25];
const HALVES = [' ', '▀', '▄', '█'] as const;

/** The rows of text that show a digit of `side` x `side` pixels. */
export function digitArt(pixels: Uint8Array, side = 28): string[] {
  const inked = (row: number, column: number) => (row < LAST && (pixels[row * side + column] as number) >= INK ? 1 : 0);
  const rows: string[] = [];
  for (let row = FIRST; row < LAST; row += 2) {
    let text = '';
    for (let column = FIRST; column < LAST; column++) text += HALVES[inked(row, column) + 2 * inked(row + 1, column)];
    rows.push(text);
  }
  return rows;
}

/** Several digits side by side, each with a line of text below. */
export function digitRow(digits: readonly { readonly pixels: Uint8Array; readonly caption: string }[]): string[] {
  const columns = digits.map(({ pixels, caption }) => [...digitArt(pixels), caption]);
  const width = LAST - FIRST + 3;
  return (columns[0] ?? []).map((_, i) =>
    columns
      .map((column) => column[i]!.padEnd(width))
      .join('')
      .trimEnd(),
  );
}
