// Whoever speaks is called by the name of their contact, in the thread, on record and in the summary.
import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import type { Principal } from '../../src/domain/principal.ts';
import { receiveChat } from '../../src/store/receive.ts';
import { runCli } from '../cli/run-cli.ts';
import { chatEvent } from '../support/events.ts';
import { createHarness, type Harness } from '../support/harness.ts';

async function harness(): Promise<Harness> {
  const h = await createHarness();
  onTestFinished(() => h.close());
  return h;
}

async function sayAs(h: Harness, principal: Principal, text: string): Promise<void> {
  const event = { ...chatEvent({ key: randomUUID(), user: '@x', text, at: h.clock.now() }), principal };
  await h.store.write((tx) => receiveChat(tx, event));
  await h.settle();
}

const root: Principal = { platform: 'local', workspace: 'ops-1', userId: '0', displayName: 'root' };

test('a login of this machine that is a contact is called by the name of the contact everywhere', async () => {
  const h = await harness();
  await h.store.write(async (tx) => {
    const sarah = await tx.resources.find('contact', 'sarah');
    if (sarah)
      await tx.resources.update('contact', sarah.id, {
        spec: { ...sarah.spec, ids: { ...sarah.spec.ids, local: '0' } },
      });
  });
  await h.alert({ title: 'api is down', service: 'api' });
  for (const line of ['/ack 1', '/scale api 4', '/approve 1', '/incident note looking', '/escalate 1'])
    await sayAs(h, root, line);
  await sayAs(h, root, '/incident close 1 a bad deploy');
  await sayAs(h, root, '/approve 2');
  expect((await h.store.read.incidents.find(1))?.state).toBe('resolved');
  const said = [...(await h.posts()), ...(await h.timeline(1))].join('\n');
  expect(said).toContain('@sarah acknowledged');
  expect(said).not.toMatch(/@root/);
  const { stdout } = await runCli(['incident', 'show', '1', '--markdown'], {
    stateDir: h.stateDir,
    now: h.clock.now(),
  });
  expect(stdout).toContain('@sarah');
  expect(stdout).not.toContain('root |');
  expect(stdout).not.toContain('@root');
});

test('who took the name of somebody who may approve is told apart, and may not', async () => {
  const h = await harness();
  await h.store.write(async (tx) => {
    const sarah = await tx.resources.find('contact', 'sarah');
    if (sarah) await tx.resources.update('contact', sarah.id, { spec: { ...sarah.spec, can: ['approve'] } });
  });
  await h.alert({ title: 'api is down', service: 'api' });
  const other: Principal = { platform: 'slack', workspace: 'T1', userId: 'U-other', displayName: 'sarah' };
  await sayAs(h, other, '/scale api 4');
  await sayAs(h, other, '/approve 1');
  expect(h.world.effects).toEqual([]);
  const record = (await h.timeline(1)).join('\n');
  expect(record).toContain('@sarah (slack:U-other): /scale api 4');
  expect(record).toContain('sarah (slack:U-other) has no right to approve');
});
