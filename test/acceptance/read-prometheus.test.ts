// A real Prometheus is read from end to end: a rule of ours over its metrics opens an incident that resolves, and chat
// shows them. Runs where it is installed; else it says that it did not.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { startDaemon } from '../support/openclaw.ts';
import { findProgram, startProgram } from '../support/program.ts';
import { ask, runHere } from '../support/run-here.ts';
import { untilWithin } from '../support/until.ts';

const prometheus = findProgram('prometheus');

test('an alert rule over its metrics fires for the service, and /metrics shows them', {
  timeout: 120_000,
}, async ({ skip }) => {
  if (prometheus === null) return skip('prometheus is not installed: apt-get install prometheus');
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-prometheus-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const stateDir = join(folder, 'ops');
  const openclaw = async (...args: string[]) => {
    const ran = await runHere(args, { stateDir });
    expect({ args, code: ran.code, said: ran.code === 0 ? '' : ran.stdout + ran.stderr }).toMatchObject({
      code: 0,
    });
    return ran.stdout;
  };
  const shop = await startShop();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = startProgram(prometheus, [
    `--config.file=${configOf(folder, shop.port)}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  await openclaw(
    'source',
    'add',
    '--name',
    'Prometheus',
    '--type',
    'prometheus',
    '--set',
    `url=${url}`,
    '--set',
    'window=5s',
  );
  await openclaw('service', 'add', '--name', 'checkout');
  await openclaw(
    ...'command add --name metrics --trigger /metrics --source Prometheus --message metrics'.split(' '),
  );
  await openclaw(
    'alert-rule',
    'add',
    '--name',
    'Errors',
    '--condition',
    'error_rate > 5% for 2s',
    '--severity',
    'critical',
  );
  await openclaw(...'alert-route add --name all --to #ops --incident --resolve-after 2s'.split(' '));
  await untilWithin('something is scraped', 30_000, async () => {
    const answer = await fetch(`${url}/api/v1/query?query=rate(http_requests_total[5s])`).catch(() => null);
    return (await answer?.text())?.includes('checkout');
  });
  const daemon = await startDaemon({ stateDir });
  const incidents = async () =>
    JSON.parse((await ask(['incident', 'list', '--json'], { stateDir })).stdout) as {
      service: string;
      severity: string;
    }[];
  const soon = (what: string, holds: () => Promise<boolean>) =>
    untilWithin(what, 50_000, holds).catch((cause: unknown) => {
      throw new Error(`never: ${what}\n${server.talk()}`, { cause });
    });

  shop.fail(0.5);
  await soon('an incident', async () => (await incidents()).length === 1);
  expect(await incidents()).toMatchObject([{ service: 'checkout', severity: 'critical' }]);
  const shown = await openclaw('chat', '/metrics checkout');
  expect(shown).toMatch(/error_rate\s+\S*%/);
  expect(shown).toMatch(/request_rate\s+\S+\/s/);
  expect(shown).toMatch(/up\s+yes/);

  shop.fail(0);
  await soon('resolved', async () => (await incidents()).length === 0);
  expect((await daemon.stop('SIGTERM')).code).toBe(0);
});

/** Counts requests as a service would, ten a second, of which a share fails. */
async function startShop(): Promise<{ port: number; fail(share: number): void }> {
  const began = Date.now();
  let share = 0;
  let countedAt = began;
  let failed = 0;
  const count = (): { all: number; failed: number } => {
    const now = Date.now();
    failed += ((now - countedAt) / 100) * share;
    countedAt = now;
    return { all: (now - began) / 100, failed };
  };
  const exporter = createServer((_request, response) => {
    const now = count();
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(
      [
        '# TYPE http_requests_total counter',
        `http_requests_total{code="200"} ${now.all - now.failed}`,
        `http_requests_total{code="503"} ${now.failed}`,
        '',
      ].join('\n'),
    );
  });
  const port = await freePort();
  await new Promise<void>((listening) => exporter.listen(port, '127.0.0.1', listening));
  onTestFinished(async () => {
    exporter.closeAllConnections();
    await new Promise((closed) => exporter.close(closed));
  });
  return {
    port,
    fail(now) {
      count();
      share = now;
    },
  };
}

function configOf(folder: string, port: number): string {
  const path = join(folder, 'prometheus.yml');
  writeFileSync(
    path,
    `global: { scrape_interval: 500ms }
scrape_configs:
  - job_name: checkout
    static_configs: [{ targets: ['127.0.0.1:${port}'] }]
`,
  );
  return path;
}
