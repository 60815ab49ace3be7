// The answers of a pure function to the short texts it was asked about last: the same names, titles and labels come again
// and again.

export function remembered(
  answer: (text: string) => string,
  { texts, longest }: { texts: number; longest: number },
): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    if (text.length > longest) return answer(text);
    const before = known.get(text);
    if (before !== undefined) return before;
    const answered = answer(text);
    const [oldest] = known.keys();
    if (known.size >= texts && oldest !== undefined) known.delete(oldest);
    known.set(text, answered);
    return answered;
  };
}
