import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, runText, runTranscript } from './runner.ts';

const folder = join(import.meta.dirname, 'transcripts');

describe('transcripts', () => {
  test.each(readdirSync(folder).filter((name) => name.endsWith('.chat')))('%s', (name) =>
    runTranscript(join(folder, name)),
  );
});

describe('a transcript that is wrong fails, with the line it is wrong in', () => {
  test.each([
    ['a word nobody knows', '03:14 shout loudly', /t\.chat:1: nothing known begins like that/],
    ['no time', '03:14 quiet\nquiet', /t\.chat:2: a line begins with its time/],
    ['a time that goes back', '03:14 quiet\n03:13 quiet', /t\.chat:2: its time is before the line above/],
    ['a late given', '03:14 quiet\ngiven polling', /t\.chat:2: "given" comes before/],
    ['a given nobody knows', 'given weather', /t\.chat:1: a line begins with its time/],
    ['nothing at all', '# words', /nothing happens in it/],
  ])('%s', async (_name, text, problem) => {
    await expect(runText(text, 't.chat')).rejects.toThrow(problem);
  });

  test.each([
    [
      'a post that did not come',
      '03:14 post #ops-critical ~ INCIDENT #2',
      /t\.chat:2: .*\nnothing in #ops-critical says/,
    ],
    ['noise where it should be quiet', '03:14 quiet', /t\.chat:2: .*\nwanted: \(nothing\)/],
    ['a change that did not happen', '03:14 effect deploys.rollback deploy=492', /nothing was changed/],
    ['an alert with a key nobody knows', '03:14 alert api error_rate=3 colour=red', /has no colour/],
  ])('%s', async (_name, line, problem) => {
    const text = `03:14 alert   api-prod-01 error_rate=12.3 severity=critical\n${line}`;
    await expect(runText(text, 't.chat')).rejects.toThrow(problem);
  });

  test('a change that no line speaks of', async () => {
    const text = '03:14 @sarah  /scale api 4\n03:14 @sarah  /approve';
    await expect(runText(text, 't.chat')).rejects.toThrow(/changes that no line spoke of/);
  });

  test('posts are looked for since the last line alone', async () => {
    const text = '03:14 alert   api-prod-01 error_rate=12.3\n03:15 post #ops-critical ~ INCIDENT #1';
    await expect(runText(text, 't.chat')).rejects.toThrow(/t\.chat:2/);
  });
});

test('times, days and what is given are read as they stand', () => {
  const { given, lines } = parse(
    'given polling\n# a remark\n23:59:30 quiet\n--- next day ---\n00:01 quiet',
    't.chat',
  );
  expect(given).toEqual({ timers: true });
  expect(lines.map(({ number, atMs }) => [number, atMs])).toEqual([
    [3, 86_370_000],
    [5, 86_460_000],
  ]);
});
