// Lines as programs write them, each with the trouble it tells of, or none: a table that reads as text.
import { describe, expect, test } from 'vitest';
import { signatureOf } from '../../src/diagnosis/cause/log-evidence.ts';

/** `## software` opens a part; then `trouble | line`, where `none` is a line of a good day. */
export function tellLines(table: string): void {
  for (const part of table.trim().split(/^## /m).slice(1)) {
    const [software = '', ...rows] = part.trim().split('\n');
    const said = rows
      .filter((row) => row.trim() !== '')
      .map((row) => {
        const cut = row.indexOf(' | ');
        return [row.slice(0, cut).trim(), row.slice(cut + 3)] as const;
      });
    describe(software, () => {
      test.each(said)('%s: %s', (trouble, line) => {
        expect(signatureOf(line)?.trouble ?? 'none').toBe(trouble);
      });
    });
  }
}
