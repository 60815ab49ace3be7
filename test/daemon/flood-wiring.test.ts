// In the daemon itself: what comes in is counted, and while it pours the engine takes it in small pieces.
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runDaemon } from '../../src/daemon/run.ts';
import { openStore } from '../../src/store/store.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { createTestClock } from '../support/clock.ts';
import { until } from '../support/until.ts';

const ALERTS = 150;
const PIECE = 20;

test('one large delivery is answered, and worked through piece by piece', async () => {
  const stateDir = temporaryFolder();
  const clock = createTestClock();
  const store = await openStore({ file: join(stateDir, 'openclaw.db'), clock });
  await store.write((tx) =>
    tx.resources.insert('source', 'Checks', {
      name: 'Checks',
      type: 'alertmanager',
      settings: {},
      secrets: { token: 'env:CHECKS_TOKEN' },
      services: [],
    }),
  );
  const log: string[] = [];
  const others = new Set(process.listeners('SIGTERM'));
  const ended = runDaemon({
    stateDir,
    listen: { host: '127.0.0.1', port: 0 },
    behindProxy: false,
    person: null,
    io: {
      stdout: () => {},
      stderr: (text) => void log.push(text),
      colour: false,
      env: { CHECKS_TOKEN: 'correct-horse' },
    },
    clock,
  });
  onTestFinished(async () => {
    // As a signal would, without one for the process of the tests.
    for (const stop of process.listeners('SIGTERM').filter((each) => !others.has(each))) stop('SIGTERM');
    await ended;
    await store.close();
  });
  const line = await until(() => log.find((each) => each.includes('"event":"listening"')));
  const { url } = JSON.parse(line) as { url: string };
  // Its own timers have had their first turn: from here on the clock, which stands still, says when work begins.
  await until(async () => {
    const jobs = await store.read.jobs.list();
    return jobs.length > 0 && jobs.every(({ state, runAt }) => state === 'queued' && runAt > clock.now());
  });

  const alerts = Array.from({ length: ALERTS }, (_, n) => ({
    status: 'firing',
    labels: { alertname: `disk ${n}`, severity: 'info' },
    fingerprint: `f${n}`,
  }));
  const answer = await fetch(`${url}/hooks/Checks`, {
    method: 'POST',
    headers: { authorization: 'Bearer correct-horse', 'content-type': 'application/json' },
    body: JSON.stringify({ alerts }),
  });
  expect(answer.status).toBe(200);
  const left = () => store.read.inbox.countUnhandled();
  // Other work of the engine may have begun in the same moment: then a piece has its turn in the next.
  let moments = 0;
  await until(async () => {
    const pieces = (ALERTS - (await left())) / PIECE;
    expect(Number.isInteger(pieces)).toBe(true);
    expect(pieces).toBeLessThanOrEqual(moments);
    if (pieces >= 3) return true;
    clock.advance(40);
    moments += 1;
    return false;
    // Long enough for a turn: half a second of the clock without one, and the flood is over.
  }, 250);
  // It has been over for half a second: the rest in one piece. One that had begun before still ends with a wait of its own.
  await until(async () => {
    clock.advance(500);
    return (await left()) === 0;
  }, 250);
});
