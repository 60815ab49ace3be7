// The file beside a `/logs` answer holds what the answer is about, however far back it is.
import { expect, test } from 'vitest';
import type { LogLine } from '../../src/domain/capability.ts';
import { logs } from '../../src/playbooks/logs.ts';
import { at, shopWorld, type } from './fake-kit.ts';

const END = at('03:19');
const COUNT = 30_000;

/** Errors among the first lines of many; the source hands over all of them and returns the newest. */
async function fileOf(lines: LogLine[]) {
  const world = shopWorld();
  const host = world.sources['This host'];
  if (host)
    host['logs.search'] = ({ service, sinceAt = 0, untilAt = Infinity, limit }) => {
      if (service !== 'shop') return null;
      const within = lines.filter(({ at: when }) => when !== null && when >= sinceAt && when < untilAt);
      return { lines: within.slice(-Math.max(limit, COUNT)), truncated: false };
    };
  const proposal = await type(logs, '/logs shop', { world });
  if (proposal.kind !== 'answer') throw new Error('no answer');
  const [file] = proposal.message.attachments ?? [];
  if (file?.type !== 'text') throw new Error('no file');
  return file;
}

const calm = (index: number): LogLine => ({
  at: END - (COUNT - index) * 10,
  level: 'info',
  text: `GET /basket/${index} 200`,
  instance: 'shop-prod-01',
});

test('lines of what is shown come first, with those beside them, then the newest', async () => {
  const lines = Array.from(
    { length: COUNT },
    (_, index): LogLine =>
      index >= 100 && index < 1_300 && index % 10 === 0
        ? { ...calm(index), level: 'error', text: `connection pool exhausted after ${index}ms` }
        : index === 55
          ? { ...calm(index), level: 'warn', text: 'slow query 812ms' }
          : calm(index),
  );
  const { title, text } = await fileOf(lines);
  expect(title).toMatch(/^[\d,]+ lines of the logs of shop, those shown first, then the newest of 30000$/);
  const [told = '', newest = ''] = text.split('--- the newest lines ---');
  expect(told).toMatch(/^--- ×120 connection pool exhausted after 100ms ---\n/);
  expect(told).toMatch(
    /GET \/basket\/99 200\n.*ERROR connection pool exhausted after 100ms\n.*GET \/basket\/101 200\n/,
  );
  expect(told).toMatch(/basket\/54 200\n.*WARN {2}slow query 812ms\n.*basket\/56 200/);
  expect(newest.trim().endsWith(`GET /basket/${COUNT - 1} 200`)).toBe(true);
  expect(text.length).toBeLessThanOrEqual(60_100);
});

test('many kinds of long lines leave room for each other and for the newest', async () => {
  const word = (index: number) => String.fromCharCode(97 + (index % 26)).repeat(4);
  const lines = Array.from(
    { length: COUNT },
    (_, index): LogLine =>
      index < 2_600
        ? { ...calm(index), level: 'error', text: `${word(index)} failed ${'x y '.repeat(2_00)}` }
        : calm(index),
  );
  const { text } = await fileOf(lines);
  const [told = '', newest = ''] = text.split('--- the newest lines ---');
  expect(told.match(/^--- ×100 /gm)).toHaveLength(5);
  expect(newest.split('\n').length).toBeGreaterThan(400);
  expect(text.length).toBeLessThanOrEqual(60_100);
});
