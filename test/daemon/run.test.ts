// A daemon that cannot begin: it says why, has done nothing, and leaves the state folder to the next one.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runDaemon } from '../../src/daemon/run.ts';
import { takeDaemonLock } from '../../src/store/daemon-lock.ts';
import { openStore } from '../../src/store/store.ts';
import { temporaryFolder } from '../store/temporary.ts';

test('where its port is taken it ends with the reason, and no job was begun', async () => {
  const stateDir = temporaryFolder();
  const clock = { now: () => Date.now() };
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const open = () => openStore({ file: join(stateDir, 'openclaw.db'), clock });
  const before = await open();
  await before.write((tx) => tx.jobs.add('investigate', { incidentId: 1 }));
  await before.close();

  const ended = runDaemon({
    stateDir,
    listen: { host: '127.0.0.1', port },
    behindProxy: false,
    person: null,
    io: { stdout: () => {}, stderr: () => {}, colour: false, env: {} },
    clock,
  });
  await expect(ended).rejects.toThrow(String(port));

  const after = await open();
  onTestFinished(() => after.close());
  const [job] = (await after.read.jobs.list()).filter(({ kind }) => kind === 'investigate');
  expect(job).toMatchObject({ state: 'queued', attempts: 0 });
  takeDaemonLock(stateDir).release();
});
