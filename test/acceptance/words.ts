// The words of a transcript line: `key=value`, and what a shell would make of a command line.

const PAIR = /([\w.-]+)=(?:"([^"]*)"|([^\s"]+))(?=\s|$)/g;

/** Values with spaces stand in double quotes. Errors: for anything that is no pair. */
export function readPairs(text: string): Record<string, string> {
  const rest = text.replace(PAIR, '').trim();
  if (rest !== '') throw new Error(`not a key=value: ${rest}`);
  return Object.fromEntries(
    [...text.matchAll(PAIR)].map(([, key = '', quoted, bare = '']) => [key, quoted ?? bare]),
  );
}

/** Bare words and quoted ones; a backslash at a line's end goes on with the next line. Nothing is expanded. */
export function shellWords(line: string): string[] {
  const words = line.replaceAll('\\\n', '').matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g);
  return Array.from(words, ([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''),
  );
}
