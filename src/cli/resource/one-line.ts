const LONGEST = 60;

/** For a cell of a table: one line, cut where it is long. `show` has the whole text. */
export function oneLineOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const characters = Array.from(line);
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : line;
}
