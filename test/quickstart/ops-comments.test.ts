// In YAML a space and a hash begin a comment, also within a sentence: what people are told would end there.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parseAllDocuments, visit } from 'yaml';

test('no text of the quickstart ends in a comment', async () => {
  const text = await readFile(new URL('../../examples/quickstart/ops.yaml', import.meta.url), 'utf8');
  const cut: string[] = [];
  for (const document of parseAllDocuments(text)) {
    if (!('contents' in document)) continue;
    visit(document, {
      Scalar(_key, { type, comment, source = '' }) {
        if (type === 'PLAIN' && comment && source.includes(' ')) cut.push(`${source} #${comment}`);
      },
    });
  }
  expect(cut).toEqual([]);
});
