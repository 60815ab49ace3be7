import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IncomingAlert } from '../../src/domain/alert.ts';
import { answerOf, NOW, SECRET, source, startTestServer, type TestServer } from './harness.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startTestServer();
});
afterEach(() => server.close());

const one = {
  status: 'firing',
  labels: { alertname: 'HighErrorRate', service: 'api', severity: 'critical' },
  annotations: { summary: 'error rate 12.3%' },
  startsAt: '2026-11-23T03:14:00Z',
  endsAt: '0001-01-01T00:00:00Z',
  fingerprint: 'c4539ee7a2c8c2d7',
};
const group = (...alerts: unknown[]): object => ({
  receiver: 'r',
  alerts,
  version: '4',
  groupKey: '{}',
  truncatedAlerts: 0,
});
const titles = (): string[] =>
  server.inbox.filter(({ kind }) => kind === 'alert').map(({ body }) => (body as IncomingAlert).title);

describe('an accepted webhook', () => {
  test('is in the inbox before its sender is answered', async () => {
    const { status, body } = await server.post('scripts', { title: 'Backup failed', dedup_key: 'b' });
    expect([status, body]).toEqual([200, { ok: true, accepted: 1, duplicates: 0 }]);
    expect(server.inbox).toMatchObject([
      {
        source: 'scripts',
        kind: 'alert',
        receivedAt: NOW,
        body: { title: 'Backup failed', fingerprint: 'b' },
      },
    ]);
    const [entry] = server.inbox;
    expect(entry?.body).toMatchObject({ deliveryKey: entry?.key });
  });

  test('without a dedup_key is told the one that was made', async () => {
    const { body } = await server.post('scripts', { title: 'Backup failed' });
    const [entry] = server.inbox;
    expect(body.derived_keys).toEqual([expect.stringMatching(/^[\w-]{22}$/)]);
    expect(entry?.body).toMatchObject({ fingerprint: body.derived_keys[0] });
    expect(body.note).toContain('dedup_key');
  });

  test('whose status is not understood is taken, and the answer says so, five notes at most', async () => {
    const odd = (count: number) => ({
      alerts: Array.from({ length: count }, (_, index) => ({
        labels: { alertname: 'A' },
        status: `odd${index}`,
      })),
    });
    expect((await server.post('scripts', { title: 'disk full', status: 'sideways' })).body).toMatchObject({
      ok: true,
      accepted: 1,
      notes: ['status not understood: sideways'],
    });
    const { body: many } = await server.post('prometheus', odd(7));
    expect(many.notes).toHaveLength(5);
    expect(many.notes[0]).toBe('status not understood: odd0');
    expect((await server.post('scripts', { title: 'fine' })).body).not.toHaveProperty('notes');
  });

  test('from Alertmanager is one row per alert, and its repeat adds none', async () => {
    const body = group(one, { ...one, fingerprint: 'b' });
    expect((await server.post('prometheus', body)).body).toEqual({ ok: true, accepted: 2, duplicates: 0 });
    expect((await server.post('prometheus', body)).body).toEqual({ ok: true, accepted: 2, duplicates: 2 });
    expect(server.inbox).toHaveLength(2);
  });

  test('has the same key whether the group key comes before or behind the alerts', async () => {
    await server.post('prometheus', `{"groupKey":"{}","alerts":[${JSON.stringify(one)}]}`);
    await server.post('prometheus', `{"alerts":[${JSON.stringify(one)}],"groupKey":"{}"}`);
    expect(server.inbox).toHaveLength(1);
  });

  test('with no alerts in it is fine', async () => {
    expect((await server.post('prometheus', group())).body).toEqual({ ok: true, accepted: 0, duplicates: 0 });
  });

  test('may be packed', async () => {
    const packed = gzipSync(JSON.stringify(group(one)));
    const { status } = await server.post('prometheus', packed, { 'content-encoding': 'gzip' });
    expect([status, titles()]).toEqual([200, ['error rate 12.3%']]);
  });

  test('may be a form, or JSON that calls itself one, or fields of the address', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    await server.post(
      'scripts',
      'summary=Disk+full&details=x&dedup=d&meta=host=db-1&meta=disk=/dev/vda=1',
      form,
    );
    await server.post('scripts', '{"title":"as curl -d sends it"}', form);
    await answerOf(
      await fetch(`${server.url}/hooks/scripts?title=from+the+address&severity=info&token=x`, {
        method: 'POST',
        headers: { authorization: `Bearer ${SECRET}` },
      }),
    );
    expect(titles()).toEqual(['Disk full', 'as curl -d sends it', 'from the address']);
    expect(server.inbox[0]?.body).toMatchObject({
      fingerprint: 'd',
      labels: { host: 'db-1', disk: '/dev/vda=1' },
    });
    expect(server.inbox[2]?.body).toMatchObject({ severity: 'info', labels: {} });
  });

  test('finds a source with spaces in its name', async () => {
    expect((await server.post('AWS Production', { title: 'x' })).status).toBe(200);
  });

  test('shares its commit with others that come meanwhile', async () => {
    await server.close();
    const commits: number[] = [];
    let seen = 0;
    let allSeen = (): void => undefined;
    const fifty = new Promise<void>((resolve) => {
      allSeen = resolve;
    });
    server = await startTestServer({
      hookSource(name) {
        seen += 1;
        if (seen === 50) allSeen();
        return source(name, 'generic');
      },
      async accept(entries) {
        commits.push(entries.length);
        await fifty;
        return entries.length;
      },
    });
    const titled = Array.from({ length: 50 }, (_, at) => ({ title: `alert ${at}` }));
    await Promise.all(titled.map((body) => server.post('scripts', body)));
    expect(commits.reduce((sum, count) => sum + count, 0)).toBe(50);
    expect(commits.length).toBeLessThan(25);
  });
});

describe('who may send', () => {
  const hmac = (text: string): string => createHmac('sha256', SECRET).update(text).digest('hex');
  const text = JSON.stringify({ title: 'signed' });
  const seconds = NOW / 1_000;
  const good: [string, Record<string, string>][] = [
    ['a bearer token', { authorization: `Bearer ${SECRET}` }],
    ['basic auth', { authorization: `Basic ${Buffer.from(`am:${SECRET}`).toString('base64')}` }],
    ['a signature', { authorization: '', 'x-signature': `sha256=${hmac(text)}` }],
    [
      'a signature with a time',
      { authorization: '', 'x-openclaw-signature': `t=${seconds},v1=${hmac(`${seconds}.${text}`)}` },
    ],
  ];
  test.each(good)('%s opens', async (_name, headers) => {
    expect((await server.post('scripts', text, headers)).status).toBe(200);
    expect(titles()).toEqual(['signed']);
  });

  test('a signed delivery played again within its time is the same delivery', async () => {
    const headers = {
      authorization: '',
      'x-openclaw-signature': `t=${seconds},v1=${hmac(`${seconds}.${text}`)}`,
    };
    await server.post('scripts', text, headers);
    expect((await server.post('scripts', text, headers)).body).toMatchObject({ duplicates: 1 });
    server.clock.at += 301_000;
    expect((await server.post('scripts', text, headers)).status).toBe(401);
  });

  const bad: [string, string, Record<string, string>][] = [
    ['a wrong secret', 'scripts', { authorization: 'Bearer wrong' }],
    ['no secret', 'scripts', { authorization: '' }],
    ['a wrong signature', 'scripts', { authorization: '', 'x-signature': `sha256=${hmac('other')}` }],
    ['an unknown source', 'nobody', {}],
    [
      'an unknown source with a signature',
      'nobody',
      { authorization: '', 'x-signature': `sha256=${hmac(text)}` },
    ],
    ['another case of the name', 'Scripts', {}],
    ['a name from the prototype', '__proto__', {}],
    ['a source without a secret', 'bare', { authorization: 'Bearer ' }],
    ['a source with a blank secret', 'blank', { authorization: 'Basic OiA=' }],
  ];
  test('all refusals are one answer, by what the request itself shows, and nothing is stored', async () => {
    server.sources.set('bare', source('bare', 'generic', []));
    server.sources.set('blank', source('blank', 'generic', [' ']));
    const answers = { signed: new Set<string>(), unsigned: new Set<string>() };
    for (const [, name, headers] of bad) {
      const { status, body, headers: sent } = await server.post(name, text, headers);
      const kind = Object.keys(headers).some((header) => /signature/i.test(header)) ? 'signed' : 'unsigned';
      answers[kind].add(JSON.stringify([status, body, sent.get('www-authenticate')]));
    }
    for (const name of ['scripts', 'bare', 'blank', 'nobody']) {
      const { status, body, headers } = await server.post(name, text, {
        authorization: '',
        'x-signature': 'sha256=00',
      });
      answers.signed.add(JSON.stringify([status, body, headers.get('www-authenticate')]));
    }
    for (const each of [answers.signed, answers.unsigned]) {
      expect(each.size).toBe(1);
      expect([...each][0]).toMatch(/^\[401,\{"ok":false,"error":\{"type":"unauthorized"/);
    }
    // Who signs is not told to send a token.
    expect([...answers.signed][0]).toContain('compare the signing secret');
    expect([...answers.signed][0]).not.toContain('Authorization');
    expect(server.inbox).toEqual([]);
  });

  test('a source without a secret is named in the log with what to type', async () => {
    server.sources.set('AWS "x"', source('AWS "x"', 'generic', []));
    await server.post('AWS "x"', text);
    expect(server.log.map(({ message }) => message).join()).toContain(
      'openclaw source edit "AWS \\"x\\"" --secret token=env:NAME',
    );
  });

  test('of two secrets both open during a rotation', async () => {
    server.sources.set('scripts', source('scripts', 'generic', ['next-one', SECRET]));
    expect((await server.post('scripts', text)).status).toBe(200);
    expect((await server.post('scripts', text, { authorization: 'Bearer next-one' })).status).toBe(200);
  });

  test('too many wrong secrets are not logged each, and never shut out a right one', async () => {
    for (let at = 0; at < 30; at += 1)
      expect((await server.post('scripts', text, { authorization: `Bearer guess-${at}` })).status).toBe(401);
    expect(server.log).toHaveLength(21);
    expect(server.log.at(-1)).toMatchObject({
      address: '127.0.0.1',
      message: expect.stringContaining('more than 20'),
    });
    expect((await server.post('scripts', text)).status).toBe(200);
    server.clock.at += 60_000;
    await server.post('scripts', text, { authorization: 'Bearer guess' });
    expect(server.log).toHaveLength(22);
  });

  test('past the limit a refusal comes late, and at once when the server stops', async () => {
    await server.close();
    server = await startTestServer({ limits: { failureDelayMs: 3_600_000 } });
    const wrong = { authorization: 'Bearer guess' };
    for (let at = 0; at < 20; at += 1) await server.post('scripts', text, wrong);
    const late = server.post('scripts', text, wrong);
    expect((await server.post('scripts', text)).status).toBe(200);
    while (server.log.length < 21) await server.post('scripts', text);
    await Promise.all([server.close(), late.then(({ status }) => expect(status).toBe(401))]);
  });

  test('no secret is ever logged or sent back', async () => {
    const seen: unknown[] = [];
    seen.push(await server.post('scripts', '{"title":', { authorization: `Bearer ${SECRET}` }));
    seen.push(await server.post('scripts', text, { authorization: 'Bearer s3cret-guess' }));
    seen.push(await (await fetch(`${server.url}/metrics`)).text(), server.log);
    expect(JSON.stringify(seen)).not.toMatch(/correct-horse|s3cret-guess/);
  });
});

describe('a body that cannot be read', () => {
  const cases: [string, string, string, string][] = [
    ['broken JSON', 'scripts', '{"title": "x",\n "severity": }', 'line 2, column 14'],
    ['no title', 'scripts', '{"severity":"critical"}', 'title is missing'],
    [
      'an Alertmanager body at a generic source',
      'scripts',
      JSON.stringify(group(one)),
      '--type alertmanager',
    ],
    ['broken JSON from Alertmanager', 'prometheus', '{"alerts":[{}} ', 'at byte 13: found "}"'],
    [
      'a field of it that is none',
      'prometheus',
      '{"alerts":[],"groupKey":tru}',
      'the value of "groupKey" is not valid',
    ],
    ['no alerts from Alertmanager', 'prometheus', '{"version":"4"}', 'alerts is missing'],
    ['alerts that are no list', 'prometheus', '{"alerts":{}}', 'alerts must be a list'],
  ];
  test.each(cases)('%s: 400 with its place, and a dead letter', async (_name, name, body, words) => {
    const answer = await server.post(name, body);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      ok: false,
      error: { type: 'bad-body', message: expect.stringContaining(words) },
      kept: 0,
    });
    expect(server.inbox).toMatchObject([
      {
        kind: 'dead-letter',
        source: name,
        body: { reason: expect.stringContaining(words), raw: body, bytes: body.length },
      },
    ]);
    await server.post(name, body);
    expect(server.inbox).toHaveLength(1);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toContain(
      `openclaw_dead_letters_total{source="${name}"} 2`,
    );
  });

  test('keeps the good alerts beside the bad one', async () => {
    const { status, body } = await server.post(
      'prometheus',
      group(one, { status: 'firing' }, { ...one, fingerprint: 'b' }),
    );
    expect([status, body]).toEqual([
      400,
      {
        ok: false,
        error: { type: 'bad-body', message: 'alerts[1].labels must be an object of names and texts' },
        where: 'alerts[1].labels',
        kept: 2,
        problems: [{ where: 'alerts[1].labels', what: 'must be an object of names and texts' }],
        problemCount: 1,
      },
    ]);
    expect(server.inbox.map(({ kind }) => kind)).toEqual(['alert', 'dead-letter', 'alert']);
  });

  test('fills the inbox with twenty dead letters at most', async () => {
    const { body } = await server.post('prometheus', group(...Array.from({ length: 5_000 }, (_, at) => at)));
    expect(body).toMatchObject({ kept: 0, problemCount: 5_000 });
    expect(server.inbox).toHaveLength(20);
  });

  test('is kept without its secrets, and only its first part', async () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`;
    await server.post('scripts', `{"title": "${secret}", oops ${'x'.repeat(100_000)}`);
    const [letter] = server.inbox;
    expect(JSON.stringify(letter?.body)).not.toContain(secret);
    expect(JSON.stringify(letter?.body).length).toBeLessThan(66_000);
    expect(letter?.body).toMatchObject({ bytes: expect.any(Number), raw: expect.stringContaining('oops') });
  });

  test('that is empty is no dead letter', async () => {
    expect((await server.post('scripts', '')).body).toMatchObject({
      error: { message: 'the body is empty' },
    });
    expect(server.inbox).toEqual([]);
  });

  test('in an unknown packing is 415, a broken gzip 400', async () => {
    const brotli = await server.post('scripts', 'x', { 'content-encoding': 'br' });
    expect([brotli.status, brotli.headers.get('accept-encoding')]).toEqual([415, 'gzip']);
    expect((await server.post('scripts', 'no gzip', { 'content-encoding': 'gzip' })).status).toBe(400);
    const cut = gzipSync(JSON.stringify({ title: 'x' })).subarray(0, 20);
    expect((await server.post('scripts', cut, { 'content-encoding': 'gzip' })).status).toBe(400);
    expect(titles()).toEqual([]);
  });
});

describe('a server that cannot take more', () => {
  test('says 503 with Retry-After, never 429', async () => {
    await server.close();
    server = await startTestServer({ overloaded: () => true });
    const { status, headers, body } = await server.post('scripts', { title: 'x' });
    expect([status, headers.get('retry-after'), body.error.type]).toEqual([503, '5', 'overload']);
  });

  test('says so too when too many requests are at work', async () => {
    await server.close();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    let reached = (): void => undefined;
    const busy = new Promise<void>((resolve) => (reached = resolve));
    server = await startTestServer({
      limits: { inFlight: 1 },
      async accept(entries) {
        reached();
        await held;
        return entries.length;
      },
    });
    const first = server.post('scripts', { title: 'a' });
    await busy;
    expect((await server.post('scripts', { title: 'b' })).status).toBe(503);
    release();
    expect((await first).status).toBe(200);
    expect((await server.post('scripts', { title: 'c' })).status).toBe(200);
  });

  test('answers 503 to all whose commit failed, and logs why', async () => {
    await server.close();
    server = await startTestServer({ accept: () => Promise.reject(new Error('disk is full')) });
    const answers = await Promise.all([
      server.post('scripts', { title: 'a' }),
      server.post('prometheus', group(one)),
    ]);
    for (const { status, headers, body } of answers)
      expect([status, headers.get('retry-after'), body.error.message]).toEqual([
        503,
        '5',
        'the delivery could not be stored',
      ]);
    expect(server.log.map(({ message }) => message)).toContain(
      'the delivery could not be stored: disk is full',
    );
  });

  test('answers 503 when the source cannot be looked up', async () => {
    await server.close();
    server = await startTestServer({ hookSource: () => Promise.reject(new Error('busy')) });
    expect((await server.post('scripts', { title: 'a' })).status).toBe(503);
  });
});

describe('other paths', () => {
  const get = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${server.url}${path}`, init);

  test('a source that takes no webhooks says so to those who know its secret', async () => {
    server.sources.set('host', source('host', 'host'));
    expect((await server.post('host', {})).body.error).toMatchObject({
      message: 'the source "host" is of type host, which takes no webhooks',
      hint: expect.stringMatching(/^types that do: alertmanager, .*generic/),
    });
  });

  test.each([['GET'], ['DELETE'], ['PATCH'], ['OPTIONS']])('%s on a hook is 405', async (method) => {
    const response = await get('/hooks/scripts', { method });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, PUT']);
    expect((await answerOf(response)).body.error).toMatchObject({
      type: 'method',
      message: 'only POST and PUT are understood here',
    });
  });

  test.each([
    ['/'],
    ['/hooks'],
    ['/hooks/'],
    ['/hooks/a/b'],
    ['/hooks/%2e%2e/x'],
    ['/healthz/'],
    ['/nothing?x=1'],
  ])('%s is 404 in JSON', async (path) => {
    const response = await get(path, { method: 'POST' });
    expect([response.status, (await answerOf(response)).body.error.type]).toEqual([404, 'path']);
  });

  test('a name that cannot be decoded is an unknown source', async () => {
    expect((await get('/hooks/%zz', { method: 'POST' })).status).toBe(401);
  });

  test('health says that the process lives, readiness what the daemon says', async () => {
    expect(await (await get('/healthz')).json()).toEqual({ ok: true });
    expect(await (await get('/readyz')).json()).toEqual({ ok: true, problems: [] });
    await server.close();
    server = await startTestServer({
      health: async () => ({ ready: false, problems: ['the worker has stopped'], gauges: {} }),
    });
    const response = await get('/readyz');
    expect([response.status, await response.json()]).toEqual([
      503,
      { ok: false, problems: ['the worker has stopped'] },
    ]);
  });

  test('metrics count what was taken and what was not', async () => {
    await server.post('prometheus', group(one));
    await server.post('prometheus', group(one));
    await server.post('prometheus', group(one), { authorization: 'Bearer wrong' });
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
    const text = await response.text();
    for (const line of [
      'openclaw_alerts_accepted_total{source="prometheus"} 2',
      'openclaw_alerts_duplicate_total{source="prometheus"} 1',
      'openclaw_webhooks_rejected_total{reason="unauthorized"} 1',
      '# TYPE openclaw_queue_depth gauge',
      'openclaw_queue_depth 3',
      'openclaw_http_in_flight 0',
    ])
      expect(text.split('\n')).toContain(line);
  });

  test('metrics are for this machine alone, or for the bearer of a token', async () => {
    await server.close();
    server = await startTestServer({ behindProxy: true, metricsToken: 'scrape-me' });
    expect((await get('/metrics')).status).toBe(401);
    expect((await get('/metrics', { headers: { authorization: 'Bearer scrape-me' } })).status).toBe(200);
    expect(await (await get('/readyz')).json()).toEqual({ ok: true });
    await server.close();
    server = await startTestServer();
    expect((await get('/metrics', { headers: { 'x-forwarded-for': '203.0.113.7' } })).status).toBe(401);
  });

  test('behind a proxy, refusals count for the address that the proxy wrote', async () => {
    await server.close();
    server = await startTestServer({ behindProxy: true });
    const headers = { authorization: 'Bearer wrong', 'x-forwarded-for': '127.0.0.1, 203.0.113.7' };
    await server.post('scripts', {}, headers);
    expect(server.log[0]).toMatchObject({ address: '203.0.113.7' });
  });
});
