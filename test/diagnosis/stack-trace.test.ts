import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupLogs } from '../../src/diagnosis/log-groups.ts';
import { type LogEvent, traceFolder } from '../../src/diagnosis/logs/stack-trace.ts';
import type { LogLine } from '../../src/domain/capability.ts';

const line = (text: string, instance = 'a'): LogLine => ({ at: null, level: 'unknown', text, instance });

function fold(lines: readonly LogLine[]): LogEvent[] {
  const events: LogEvent[] = [];
  const folder = traceFolder((event) => events.push(event));
  for (const each of lines) folder.add(each);
  folder.end();
  return events;
}

const java = `Exception in thread "main" java.lang.IllegalStateException: pool exhausted
\tat com.example.Pool.take(Pool.java:31)
\tat com.example.Main.main(Main.java:7)
Caused by: java.io.IOException: refused
\tat java.base/java.net.Socket.connect(Socket.java:604)
\t... 12 more`;
const node = `TypeError: x is not a function
    at handle (/srv/app/index.js:12:7)
    at async Server.<anonymous> (file:///srv/app/server.js:40:3)
    at new Promise (<anonymous>)`;
const python = `Traceback (most recent call last):
  File "/srv/app.py", line 12, in <module>
    main()
KeyError: 'user'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/app.py", line 14, in <module>
    fail()
ValueError: no such user`;
const go = `panic: runtime error: index out of range [5] with length 3

goroutine 1 [running]:
main.(*Server).handle(0xc0000b2000, 0x5)
\t/srv/main.go:31 +0x1d
github.com/example/app/web.Serve(...)
\t/srv/web/serve.go:12
created by main.main in goroutine 1
\t/srv/main.go:8 +0x65
exit status 2`;

describe('a stack trace is one event', () => {
  test.each([
    ['Java', java, 'Exception in thread "main" java.lang.IllegalStateException: pool exhausted'],
    ['Node', node, 'TypeError: x is not a function'],
    ['Python', python, 'ValueError: no such user'],
    ['Go', go, 'panic: runtime error: index out of range [5] with length 3'],
  ])('of %s, known by what went wrong', (_, trace, says) => {
    const lines = trace.split('\n').map((text) => line(text));
    const events = fold([line('before'), ...lines, line('after')]);
    expect(events.map((event) => [event.line.text, event.lines])).toEqual([
      ['before', 1],
      [says, lines.length],
      ['after', 1],
    ]);
  });

  test('when each of its lines has a time before it', () => {
    const stamped = java.split('\n').map((text) => line(`2026-03-07T03:01:02.345Z ${text}`));
    expect(fold(stamped)).toHaveLength(1);
  });

  test('when lines of another instance stand between', () => {
    const mixed = java.split('\n').flatMap((text) => [line(text), line('all is well', 'b')]);
    const events = fold(mixed);
    expect(events[0]).toMatchObject({ line: { instance: 'a' }, lines: 6 });
    expect(events.slice(1).map((event) => event.line.instance)).toEqual(Array(6).fill('b'));
  });

  test('that counts once in its group, with the lines that were read', () => {
    const lines = [...python.split('\n'), ...python.split('\n'), 'ValueError: no such user'];
    const [group, ...more] = groupLogs(lines.map((text) => line(text)));
    expect(more).toEqual([]);
    expect(group).toMatchObject({
      template: 'ValueError: no such user',
      level: 'error',
      count: 3,
      lines: lines.length,
    });
  });
});

test.each([
  'at noon the job ran',
  'at work (again)',
  '  indented without a trace',
  'File "x" was read',
  'main.go was built',
])('"%s" is no part of what stood before', (text) => {
  expect(fold([line('before'), line(text)])).toHaveLength(2);
});

test('no line is lost, and events keep the order of their first lines, however instances mix', () => {
  const text = fc.constantFrom(...`${java}\n${node}\n${python}\n${go}\nplain words`.split('\n'));
  const lines = fc.array(
    fc.tuple(text, fc.constantFrom('a', 'b', 'c')).map(([said, instance]) => line(said, instance)),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(lines, (all) => {
      const events = fold(all);
      expect(events.reduce((sum, event) => sum + event.lines, 0)).toBe(all.length);
      const alone = ['a', 'b', 'c'].flatMap((name) => fold(all.filter(({ instance }) => instance === name)));
      expect(events).toHaveLength(alone.length);
      expect(new Set(events.map((event) => event.line.text))).toEqual(
        new Set(alone.map((event) => event.line.text)),
      );
    }),
    { seed: 42, numRuns: 500 },
  );
});

test('a trace without end is not held for ever', () => {
  const events: LogEvent[] = [];
  const folder = traceFolder((event) => events.push(event));
  folder.add(line('Traceback (most recent call last):', 'quiet'));
  for (let index = 0; index < 5_000; index += 1) folder.add(line(`line ${index}`));
  expect(events.length).toBeGreaterThan(4_000);
  for (let index = 0; index < 5_000; index += 1) folder.add(line('    more', 'quiet'));
  expect(events.length).toBeGreaterThan(4_000);
  folder.end();
  expect(events.reduce((sum, event) => sum + event.lines, 0)).toBe(10_001);
});
