// What /logs asks for, what of it fits, and what it says of the rest: patterns, errors alone, a log that began a moment ago.
import { describe, expect, test } from 'vitest';
import type { LogLine, ReadArgs } from '../../src/domain/capability.ts';
import { logs } from '../../src/playbooks/logs.ts';
import { at, incident, NOW, shopWorld, shown, type } from './fake-kit.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const line = (when: number, text: string, level: LogLine['level'] = 'info'): LogLine => ({
  at: when,
  level,
  text,
  instance: 'shop-prod-01',
});
const pool = (when: number) => line(when, 'pool exhausted', 'error');
const steady = (from: number, to: number, everyMs: number) =>
  Array.from({ length: Math.ceil((to - from) / everyMs) }, (_, index) =>
    line(from + index * everyMs, `GET /items 200 in ${index}ms`),
  );

/** A source that searches for what is asked; `counts`: and counts what it looked through. */
function worldOf(lines: readonly LogLine[], { counts = true } = {}) {
  const all = [...lines].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  const asked: ReadArgs<'logs.search'>[] = [];
  const world = shopWorld();
  const host = world.sources['This host'];
  if (host)
    host['logs.search'] = (args) => {
      asked.push(args);
      const { grep, level, sinceAt = 0, untilAt = Infinity, limit } = args;
      const then = all.filter((each) => (each.at ?? 0) >= sinceAt && (each.at ?? 0) < untilAt);
      const fits = then.filter(
        (each) =>
          (grep === undefined || each.text.includes(grep)) && (level === undefined || each.level === level),
      );
      return {
        lines: fits.slice(-limit),
        truncated: fits.length > limit,
        ...(counts ? { read: then.length } : {}),
      };
    };
  return { world, asked };
}

describe('errors alone', () => {
  const lines = [...steady(at('02:00'), NOW, 10_000), ...[0, 1, 2].map((index) => pool(at('03:14') + index))];

  test('are asked of the source, and how many of how many lines they are is said', async () => {
    const { world, asked } = worldOf(lines);
    const text = shown(await type(logs, '/logs shop --since 03:10 --errors', { world }));
    expect(text).toContain('Read: 63 lines since 2026-03-07 03:10 UTC, 3 of them of errors\n');
    expect(text).toContain('18 an hour over the last 10 minutes, 0 in the hour before');
    expect(asked.filter(({ level, limit }) => level === 'error' && limit === 5_000)).toHaveLength(1);
    const grep = shown(await type(logs, '/logs shop --since 03:10 --errors --grep pool', { world }));
    expect(grep).toContain(', 3 of them of errors with "pool"\n');
  });

  test('where the source searches and does not count, only what it found is said', async () => {
    const { world } = worldOf(lines, { counts: false });
    const text = shown(await type(logs, '/logs shop --since 03:10 --errors', { world }));
    expect(text).toContain('Read: 3 lines since 2026-03-07 03:10 UTC, errors only\n');
  });

  test('none is not silence: the log had other lines', async () => {
    const { world } = worldOf(steady(at('02:00'), NOW, 10_000));
    const text = shown(await type(logs, '/logs shop --since 03:10 --errors', { world }));
    expect(text).toContain('no line of that time is an error');
    expect(text).not.toContain('wrote nothing');
    expect(text).toContain('60 lines since 2026-03-07 03:10 UTC, 0 of them of errors');
  });

  test('of the last lines there are, not older ones because there are few', async () => {
    const { world } = worldOf([...steady(NOW - 24 * HOUR, NOW, 10 * MINUTE), pool(NOW - 20 * HOUR)]);
    const text = shown(await type(logs, '/logs shop --errors', { world }));
    expect(text).toMatch(/Read: the last 100 lines, since 2026-03-06 10:\d\d UTC, 0 of them of errors/);
    expect(text).toContain('No errors or warnings');
  });
});

describe('a log that began a moment ago, and more lines than tell of it', () => {
  /** Twenty lines a second since 03:17; deploy #493 at 03:18, and errors from then on. */
  const deploy = {
    number: '493',
    author: '@mike',
    title: 'pool',
    status: 'succeeded',
    rolledBack: false,
  } as const;
  const began = (from: number) => {
    const { world } = worldOf([
      ...steady(from, NOW, 50),
      ...[3, 4, 5].map((s) => pool(at('03:18') + s * 1_000)),
    ]);
    const host = world.sources['This host'];
    if (host) host['deploys.list'] = () => [{ ...deploy, at: at('03:18') }];
    return world;
  };
  const about = incident({ startedAt: at('03:18') + 12_000 });

  test.each(['', ' --grep pool', ' --errors'])('says what it says of all lines with "%s"', async (flag) => {
    const text = shown(await type(logs, `/logs shop${flag}`, { world: began(at('03:17')), about }));
    expect(text).toContain('×3, new since #493');
    expect(text).toContain('First seen 3 seconds after deploy #493');
    expect(text).toContain('No line like it was found from before deploy #493');
    expect(text).toContain('It began 9 seconds before incident #43');
    expect(text).not.toContain('not known');
  });

  test('and does not where it began after the deploy', async () => {
    const text = shown(
      await type(logs, '/logs shop --grep pool', { world: began(at('03:18') + 1_000), about }),
    );
    expect(text).not.toContain('new since');
    expect(text).not.toContain('from before deploy');
    expect(text).toContain('How often it came before is not known');
  });
});

describe('over which time', () => {
  test('a rate is told of the part that has lines', async () => {
    const { world } = worldOf([...steady(at('03:00'), NOW, 1_000), pool(at('03:14'))]);
    const text = shown(await type(logs, '/logs shop --since 02:10', { world }));
    expect(text).not.toContain('since its lines begin');
    const days = [
      ...steady(at('03:00'), NOW, 1_000),
      ...steady(at('02:20') - 24 * HOUR, NOW - 24 * HOUR, 1_000),
    ];
    const known = shown(
      await type(logs, '/logs shop --since 02:10', { world: worldOf([...days, pool(at('03:14'))]).world }),
    );
    expect(known).toContain(
      '3 an hour over the 20 minutes since its lines begin, not known in the hour before (no lines of it)',
    );
    expect(known).toContain(
      'Compared with: this hour on 1 earlier day; of the hour before no lines were found',
    );
  });

  test('of a second no rate is told', async () => {
    const { world } = worldOf([...steady(at('02:00'), NOW, 100), pool(NOW - 500)]);
    const text = shown(await type(logs, '/logs shop --since 1s', { world }));
    expect(text).toContain('×1');
    expect(text).not.toContain('an hour over');
  });
});

describe('what to type next', () => {
  test('looks further back than what was read, with what was asked for', async () => {
    const next = async (command: string) =>
      /\/logs shop --since .*look further back/.exec(
        shown(
          await type(logs, command, { world: worldOf(steady(NOW - 10 * 24 * HOUR, NOW, 5 * MINUTE)).world }),
        ),
      )?.[0];
    expect(await next('/logs shop')).toBe('/logs shop --since 24h — look further back');
    expect(await next('/logs shop --since 2h --errors')).toBe(
      '/logs shop --since 24h --errors — look further back',
    );
    expect(await next('/logs shop --since 2d --grep "a\\d b"')).toBe(
      '/logs shop --since 7d --grep "a\\\\d b" — look further back',
    );
    expect(await next('/logs shop --since 8d')).toBeUndefined();
  });

  test('is not what was just typed', async () => {
    const { world } = worldOf([...steady(at('02:00'), NOW, 10_000), pool(at('03:14'))]);
    expect(shown(await type(logs, '/logs shop', { world }))).toContain('--grep "pool exhausted"');
    expect(shown(await type(logs, '/logs shop --grep "pool exhausted"', { world }))).not.toContain(
      'these lines alone',
    );
  });
});

test('an instance whose log is not there is said without "did not answer", with the whole service to ask for', async () => {
  const world = shopWorld();
  const host = world.sources['This host'];
  if (host)
    host['logs.search'] = () => {
      throw new Error('This host has no log file of shop named after shop-prod-09: there are shop-prod-01');
    };
  expect(await type(logs, '/logs shop-prod-09', { world })).toEqual({
    kind: 'refusal',
    why: 'no-logs',
    detail:
      'the logs of shop-prod-09 cannot be read: This host has no log file of shop named after shop-prod-09: there are shop-prod-01',
    instead: '/logs shop',
  });
});

test('where nobody says what was deployed, that is said: no deploy beside the lines would read as none', async () => {
  const { world } = worldOf([...steady(at('02:00'), NOW, 10_000), pool(at('03:14'))]);
  const host = world.sources['This host'];
  if (host)
    host['deploys.list'] = () => {
      throw new Error('timed out after 8s');
    };
  const text = shown(await type(logs, '/logs shop', { world }));
  expect(text).toContain('what was deployed is not known: This host did not answer: timed out after 8s');
});
