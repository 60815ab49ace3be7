// Grammars are compiled where they are imported; what `parse` returns is stated by the file that imports it.
declare module '*.peggy' {
  type Expectation = { type: string; description?: string };

  export function parse(text: string, options?: Record<string, unknown>): unknown;
  // biome-ignore lint/suspicious/noShadowRestrictedNames: the name generated parsers export
  export class SyntaxError extends Error {
    expected: Expectation[] | null;
    location: { start: { offset: number } };
  }
}
