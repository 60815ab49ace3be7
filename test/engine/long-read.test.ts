// A source that reads on for as long as it says how far it is; no read of logs goes on for ever.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { LogLine } from '../../src/domain/capability.ts';
import type { Call, ReadTool, SourceAdapter } from '../../src/domain/tool.ts';
import { createKit } from '../../src/engine/toolbox.ts';

const MINUTE = 60_000;
const LINE: LogLine = { at: null, level: 'info', text: 'a line', instance: 'a' };
let handed: number;

beforeEach(() => {
  handed = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function kitOf(read: (call: Call) => Promise<{ lines: LogLine[]; truncated: boolean }>) {
  const tool = { kind: 'read', capability: 'logs.search', source: 'host', serves: () => true } as const;
  const tools = [
    { ...tool, read: (_: unknown, __: unknown, call: Call) => read(call) } as unknown as ReadTool,
  ];
  return createKit({
    now: 0,
    zone: 'UTC',
    sources: [{ name: 'host', tools } as unknown as SourceAdapter],
    names: ['host'],
    services: [{ name: 'api', kind: 'app', bindings: {}, instances: [], dependsOn: [] }],
    signal: new AbortController().signal,
    overview: () => Promise.reject(new Error('none')),
  });
}

const search = (kit: ReturnType<typeof kitOf>) =>
  kit.read(
    'logs.search',
    { service: 'api', sinceAt: 0, limit: 100 },
    { logs: () => ({ each: () => true, progress: () => {} }) },
  );

/** Hands over a line and a word each second until nobody wants more. */
async function endless({ logs }: Call) {
  for (;;) {
    handed += 1;
    if (!logs?.each([LINE])) return { lines: [], truncated: true };
    logs.progress({ bytes: handed, backTo: null });
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

test('it goes on past the time of an answer, and is stopped after ten minutes with what it has', async () => {
  const asked = search(kitOf(endless));
  await vi.advanceTimersByTimeAsync(9 * MINUTE);
  expect(handed).toBeGreaterThan(500);
  await vi.advanceTimersByTimeAsync(2 * MINUTE);
  expect(handed).toBeLessThan(620);
  expect(await asked).toMatchObject([{ ok: true, result: { truncated: true } }]);
});

test('one that falls silent is waited for no longer than for an answer', async () => {
  const asked = search(kitOf(() => new Promise(() => {})));
  await vi.advanceTimersByTimeAsync(9000);
  expect(await asked).toMatchObject([{ ok: false }]);
});
