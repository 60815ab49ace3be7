// The app manifest printed last beside what would be printed now: what it lacks, what it keeps, what it calls things.
import { expect, test } from 'vitest';
import { manifestNews, type PrintedManifest } from '../../src/domain/printed-manifest.ts';
import { COMMANDS_MAX, slashCommands } from '../../src/domain/slack-command.ts';

const printedOf = (stored: readonly string[], prefix = ''): PrintedManifest => ({
  at: 0,
  prefix,
  triggers: slashCommands(stored.map((trigger) => ({ trigger })))
    .slice(0, COMMANDS_MAX)
    .map(({ trigger }) => trigger),
});
const many = (count: number) => Array.from({ length: count }, (_, n) => `/c${n}`);

test.each<[string, string[], string, string[], string, string[] | undefined, string | null]>([
  ['the same', ['/scale'], '', ['/scale'], '', undefined, null],
  ['one more', [], '', ['/scale'], '', undefined, 'has no /scale'],
  ['one less', ['/scale'], '', [], '', undefined, 'still has /scale'],
  ['another instead', ['/scale'], '', ['/grow'], '', undefined, 'has no /grow, and still has /scale'],
  ['one more, where another was asked about', [], '', ['/scale'], '', ['/grow'], null],
  ['one more, as the prefix has it', [], 'acme-', ['/scale'], 'acme-', undefined, 'has no /acme-scale'],
  [
    'another prefix',
    ['/scale'],
    '',
    ['/scale'],
    'acme-',
    undefined,
    'has /scale where rooms are told /acme-scale',
  ],
  [
    'another prefix, where one command was asked about',
    ['/scale'],
    '',
    ['/scale'],
    'acme-',
    ['/scale'],
    null,
  ],
  ['many', [], '', many(7), '', undefined, 'has no /c0, /c1, /c2, /c3, /c4 and 2 more'],
  ['one for which Slack has no place', many(50), '', [...many(50), '/more'], '', ['/more'], null],
])('%s', (_, stored, prefix, nowStored, nowPrefix, about, news) => {
  expect(manifestNews(printedOf(stored, prefix), { prefix: nowPrefix, stored: nowStored }, about)).toBe(news);
});

test('one of ours that an older version did not have yet', () => {
  const { triggers, ...rest } = printedOf([]);
  const older = { ...rest, triggers: triggers.filter((trigger) => trigger !== '/status') };
  expect(manifestNews(older, { prefix: '', stored: [] })).toBe('has no /ops-status');
});
