// What may be shown of a line of a log, whoever wrote it.

/** Without colours and other escape sequences, direction marks and control characters; a tab stays. */
export function logText(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
      .replace(/\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.)/g, '')
      .replace(/[\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, ' ')
      .replace(/(?!\t)\p{Cc}/gu, (character) => (character === '\r' ? '' : '\ufffd'))
      .trimEnd()
  );
}
