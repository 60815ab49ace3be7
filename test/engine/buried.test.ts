// A job that is put aside leaves nobody waiting: it is answered, settled or said in the same commit.
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { damage, repair } from '../support/damage.ts';
import { createHarness, type Harness } from '../support/harness.ts';

const MINUTE = 60_000;
const OWN_BUG = /[Aa]n error in openclaw after 5 tries \(.*; job \d+ in the log\)/;

async function harness(): Promise<Harness> {
  const h = await createHarness();
  onTestFinished(() => h.close());
  return h;
}

const deadJobs = async (h: Harness) =>
  (await h.store.read.jobs.list()).filter(({ state }) => state === 'dead').map(({ kind }) => kind);

describe('a job that is put aside', () => {
  test.each([
    ['a line whose verb fails', 'contact', 'chat', '/ack'],
    ['a command that cannot be planned', 'service', 'plan', '/scale api 4'],
  ] as const)('%s is answered', async (_, damaged, kind, line) => {
    const h = await harness();
    damage(h, damaged);
    await h.say('@sarah', line);
    await h.advance(5 * MINUTE);
    expect(await deadJobs(h)).toEqual([kind]);
    const answers = (await h.posts()).filter((post) => post.includes('could not be answered'));
    expect(answers).toHaveLength(1);
    expect(answers[0]).toContain(`${line} could not be answered, and nothing was done`);
    expect(answers[0]).toMatch(OWN_BUG);
    expect(await h.store.read.inbox.countUnhandled()).toBe(0);
  });

  test('a step that had begun is in doubt, its target is free, and /retry goes on from there', async () => {
    const h = await harness();
    await h.say('@sarah', '/restart api');
    h.world.onEffect = (when) => (when === 'before' ? h.kill() : undefined);
    await h.say('@sarah', '/approve 1');
    h.world.onEffect = () => {};
    await h.start();
    damage(h, 'service');
    await h.advance(5 * MINUTE);
    expect(await deadJobs(h)).toEqual(['execute']);
    expect(await h.store.read.executions.started()).toEqual([]);
    expect((await h.store.read.plans.find(1))?.state).toBe('unknown');
    const said = (await h.posts()).filter((post) => post.includes('nobody knows what became of it'));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(OWN_BUG);
    expect(said[0]).toContain('/retry 1');
    repair(h, 'service');
    await h.say('@sarah', '/retry 1');
    await h.say('@sarah', '/approve 2');
    expect(h.world.effects.map(({ capability }) => capability)).toContain('services.restart');
  });

  test('a plan none of whose steps had begun has failed, and nothing is in doubt', async () => {
    const h = await harness();
    await h.say('@sarah', '/restart api');
    const file = new Sqlite(join(h.stateDir, 'openclaw.db'));
    file.exec(
      "create trigger broken before insert on execution begin select raise(abort, 'a bug of ours'); end",
    );
    file.close();
    await h.say('@sarah', '/approve 1');
    await h.advance(5 * MINUTE);
    expect(await deadJobs(h)).toEqual(['execute']);
    expect((await h.store.read.plans.find(1))?.state).toBe('failed');
    expect(h.world.effects).toEqual([]);
    expect((await h.posts()).at(-1)).toMatch(
      /stopped\. An error in openclaw.*Not done:.*Ask again: \/restart api/,
    );
  });

  test('a watch gives the verdict unknown, so that the plan is over', async () => {
    const h = await harness();
    await h.say('@sarah', '/rollback #492');
    await h.say('@sarah', '/approve 1');
    expect((await h.store.read.plans.find(1))?.state).toBe('watching');
    damage(h, 'service');
    await h.advance(10 * MINUTE);
    expect(await deadJobs(h)).toContain('watch');
    expect((await h.store.read.plans.find(1))?.state).toBe('done');
    expect(await h.store.read.plans.verdict(1)).toBe('unknown');
    expect((await h.posts()).filter((post) => post.includes('could not be measured'))).toHaveLength(1);
  });

  test('is put aside even where nothing can be said of it', async () => {
    const h = await harness();
    damage(h, 'contact');
    const file = new Sqlite(join(h.stateDir, 'openclaw.db'));
    file.exec("create trigger broken before insert on post begin select raise(abort, 'no posts'); end");
    file.close();
    await h.say('@sarah', '/ack');
    await h.advance(5 * MINUTE);
    expect(await deadJobs(h)).toEqual(['chat']);
  });
});
