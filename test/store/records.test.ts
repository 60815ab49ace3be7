// Alerts, incidents, the timeline, and the small tables.
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import type { Alert } from '../../src/domain/alert.ts';
import { calledText } from '../../src/domain/called-rounds.ts';
import type { NewIncident } from '../../src/store/incidents.ts';
import { look, temporaryStore } from './temporary.ts';

const alert = (change: Partial<Alert> = {}): Omit<Alert, 'id'> => ({
  source: 'Prometheus',
  fingerprint: 'f1',
  status: 'firing',
  title: 'error rate',
  description: '',
  severity: 'critical',
  service: 'api',
  labels: { pod: 'api-prod-01' },
  links: [],
  value: 12.3,
  threshold: 5,
  unit: '%',
  incidentId: 1,
  startsAt: 1,
  clearedAt: null,
  lastSeenAt: 1,
  postId: null,
  mutedBy: null,
  count: 1,
  ...change,
});

const incident = (change: Partial<NewIncident> = {}): NewIncident => ({
  key: 'api',
  title: 'api error rate',
  severity: 'critical',
  service: 'api',
  startedAt: 1,
  openedAt: 2,
  channel: 'slack',
  conversation: '#ops-critical',
  escalation: 'Default',
  openedBy: 'Prometheus',
  ...change,
});

describe('an alert', () => {
  test('is one row per source and fingerprint, and keeps its number', async () => {
    const { store } = await temporaryStore();
    const id = await store.write((tx) => tx.alerts.save(alert()));
    const changed = alert({ status: 'resolved', clearedAt: 9, count: 2, value: null });
    expect(await store.write((tx) => tx.alerts.save(changed))).toBe(id);
    expect(await store.write((tx) => tx.alerts.save(alert({ source: 'Grafana' })))).not.toBe(id);
    expect(await store.read.alerts.find('Prometheus', 'f1')).toEqual({ ...changed, id });
    expect((await store.read.alerts.firing()).map(({ source }) => source)).toEqual(['Grafana']);
  });

  test('goes with its incident when that is merged', async () => {
    const { store } = await temporaryStore();
    await store.write((tx) => tx.alerts.save(alert()));
    await store.write((tx) => tx.alerts.moveToIncident(1, 2));
    expect(await store.read.alerts.ofIncident(1)).toEqual([]);
    expect(await store.read.alerts.ofIncident(2)).toHaveLength(1);
  });
});

describe('an incident', () => {
  test('is open once per key, and may open again when it was resolved', async () => {
    const { store } = await temporaryStore();
    const first = await store.write((tx) => tx.incidents.open(incident()));
    await expect(store.write((tx) => tx.incidents.open(incident()))).rejects.toThrow(/UNIQUE/);
    await store.write((tx) => tx.incidents.update(first.id, { state: 'resolved', resolvedAt: 9 }));
    expect(await store.read.incidents.findOpen('api')).toBeNull();
    const second = await store.write((tx) => tx.incidents.open(incident()));
    expect(second.id).toBeGreaterThan(first.id);
    expect((await store.read.incidents.list(9)).map(({ id }) => id)).toEqual([second.id, first.id]);
  });

  test('every field that may change does, and nothing else', async () => {
    const { store } = await temporaryStore();
    const made = await store.write((tx) => tx.incidents.open(incident()));
    const change = {
      title: 'new title',
      severity: 'warning',
      service: null,
      startedAt: 0,
      ackedBy: 'slack:T1:U1',
      ackedByName: 'sarah',
      ackedAt: 3,
      resolvedBy: 'slack:T1:U1',
      rootCause: 'cache',
      probableCause: 'deploy',
      context: { lastDeploy: '#492', actions: [], called: [], silent: ['Grafana'] },
      channel: 'terminal',
      conversation: '#other',
      headerPostId: 5,
      escalation: null,
      level: 2,
      mergedInto: 7,
    } as const;
    const given = { ...change, context: { ...change.context, actions: [], called: [], silent: ['Grafana'] } };
    expect(await store.write((tx) => tx.incidents.update(made.id, given))).toEqual({ ...made, ...given });
    expect(await store.read.incidents.find(made.id)).toEqual({ ...made, ...given });
  });

  test('who was called is read from what an earlier state wrote as text', async () => {
    const { store, file } = await temporaryStore();
    const { id } = await store.write((tx) => tx.incidents.open(incident()));
    const context = JSON.stringify({
      lastDeploy: null,
      actions: [],
      silent: [],
      onCall: '@sarah (paged via slack)',
    });
    const database = new Sqlite(file);
    database.prepare('update incident set context_json = ? where id = ?').run(context, id);
    database.close();
    const found = await store.read.incidents.find(id);
    expect(calledText(found?.context.called ?? [], 'UTC')).toBe('@sarah (paged via slack)');
  });

  test('open ones are read oldest first, all or the newest, whole or by their names', async () => {
    const { store } = await temporaryStore();
    await store.write(async (tx) => {
      for (const key of ['a', 'b', 'c', 'd']) await tx.incidents.open(incident({ key, title: key }));
      await tx.incidents.update(2, { state: 'resolved', resolvedAt: 3 });
    });
    const { listOpen, newestOpen, listOpenNames } = store.read.incidents;
    expect((await listOpen()).map(({ title }) => title)).toEqual(['a', 'c', 'd']);
    expect(await newestOpen(2)).toEqual((await listOpen()).slice(-2));
    expect(await newestOpen(9)).toEqual(await listOpen());
    expect(await listOpenNames()).toEqual(
      (await listOpen()).map(({ id, service, title, startedAt }) => ({ id, service, title, startedAt })),
    );
  });

  test('a change of nothing changes nothing', async () => {
    const { store } = await temporaryStore();
    const made = await store.write((tx) => tx.incidents.open(incident()));
    expect(await store.write((tx) => tx.incidents.update(made.id, {}))).toEqual(made);
  });
});

test('the timeline keeps the order it was written in, redacted', async () => {
  const { store, file } = await temporaryStore();
  const secret = `ghp_${'a1B2'.repeat(9)}`;
  await store.write(async (tx) => {
    await tx.timeline.add({ incidentId: 1, kind: 'note', text: 'second in time', at: 20 });
    await tx.timeline.add({
      incidentId: 1,
      kind: 'said',
      text: `key ${secret}`,
      at: 10,
      actor: 'x',
      data: { token: secret },
    });
    await tx.timeline.add({ incidentId: null, kind: 'system', text: 'audit only' });
  });
  expect((await store.read.timeline.ofIncident(1)).map(({ kind, at }) => [kind, at])).toEqual([
    ['note', 20],
    ['said', 10],
  ]);
  expect((await store.read.timeline.recent(2)).map(({ kind }) => kind)).toEqual(['system', 'said']);
  expect(JSON.stringify(look(file, 'select * from timeline'))).not.toContain(secret);
});

test('a setting has a default until it is set, and the last value wins', async () => {
  const { store } = await temporaryStore();
  expect(await store.read.settings.get('freeze')).toBeNull();
  expect(await store.read.settings.get('warnings')).toEqual([]);
  const freeze = { reason: 'release', by: 'local:h:1', byName: 'sarah', at: 5 };
  await store.write((tx) => tx.settings.set('freeze', { ...freeze, reason: 'first' }));
  await store.write((tx) => tx.settings.set('freeze', freeze));
  expect(await store.read.settings.get('freeze')).toEqual(freeze);
  await store.write((tx) => tx.settings.set('freeze', null));
  expect(await store.read.settings.get('freeze')).toBeNull();
});

test('a condition holds since the first time, until it is released', async () => {
  const { store } = await temporaryStore();
  const hold = (target: string, now: number) =>
    store.write((tx) => tx.conditions.hold('alert-rule:disk', target, now));
  const release = () => store.write((tx) => tx.conditions.release('alert-rule:disk', '/'));
  expect(await release()).toBe(false);
  expect([await hold('/', 10), await hold('/', 20), await hold('/var', 20)]).toEqual([10, 10, 20]);
  expect([await release(), await release()]).toEqual([true, false]);
  expect(await hold('/', 30)).toBe(30);
});

describe('samples', () => {
  const sample = (at: number, value = 1, metric = 'cpu') => ({ source: 's', target: 't', metric, at, value });
  const read = { source: 's', target: 't', metric: 'cpu', sinceAt: 0 };

  test('are read oldest first, from an instant on, of one metric', async () => {
    const { store } = await temporaryStore();
    await store.write((tx) =>
      tx.samples.add([sample(30, 3), sample(10, 1), sample(20, 2), sample(20, 9, 'disk')]),
    );
    expect(await store.read.samples.read({ ...read, sinceAt: 20 })).toEqual([
      { at: 20, value: 2 },
      { at: 30, value: 3 },
    ]);
  });

  test('thousands at once are kept, the same instant once', async () => {
    const { store } = await temporaryStore();
    const many = Array.from({ length: 2100 }, (_, n) => sample(n % 2000));
    await store.write((tx) => tx.samples.add(many));
    await store.write((tx) => tx.samples.add([]));
    expect(await store.read.samples.read(read)).toHaveLength(2000);
  });

  test('that are no number are left out, and cost the others nothing', async () => {
    const { store } = await temporaryStore();
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value, n) =>
      sample(n, value),
    );
    await store.write((tx) => tx.samples.add([...odd, sample(9, -0.5)]));
    expect(await store.read.samples.read(read)).toEqual([{ at: 9, value: -0.5 }]);
  });

  test('are pruned up to an instant, which itself stays', async () => {
    const { store } = await temporaryStore();
    await store.write((tx) => tx.samples.add([sample(10), sample(20), sample(30)]));
    await store.write((tx) => tx.samples.prune(20));
    expect((await store.read.samples.read(read)).map(({ at }) => at)).toEqual([20, 30]);
  });
});
