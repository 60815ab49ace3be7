// The real thing from end to end: Prometheus measures, its rule fires, Alertmanager sends, and the daemon makes an
// incident of it that is acknowledged and resolves. Runs where both programs are installed; else it says that it did not.
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

const SECRET = 'a-long-and-secret-word-for-webhooks';
const prometheus = findProgram('prometheus');
const alertmanager = findProgram('prometheus-alertmanager', 'alertmanager');

test('a rule of Prometheus fires, and the incident lives as long as it does', {
  timeout: 120_000,
}, async ({ skip }) => {
  if (prometheus === null || alertmanager === null)
    return skip(
      'prometheus and alertmanager are not installed: apt-get install prometheus prometheus-alertmanager',
    );
  const folder = mkdtempSync(join(tmpdir(), 'openclaw-prometheus-'));
  // Said first, so done last: after the programs that write there have ended.
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  const stateDir = join(folder, 'ops');
  const openclaw = async (...args: string[]) => {
    const ran = await runHere([...args, '--json'], { stateDir });
    expect({ args, code: ran.code, said: ran.code === 0 ? '' : ran.stdout + ran.stderr }).toMatchObject({
      code: 0,
    });
    return JSON.parse(ran.stdout) as unknown;
  };

  const shop = await startExporter();
  const alertmanagerPort = await freePort();
  // It takes some seconds to look at its first target: first of all.
  write(folder, 'rules.yml', RULES);
  const server = startProgram(prometheus, [
    `--config.file=${write(folder, 'prometheus.yml', serverConfig(shop.port, alertmanagerPort))}`,
    `--storage.tsdb.path=${join(folder, 'prometheus')}`,
    `--web.listen-address=127.0.0.1:${await freePort()}`,
  ]);

  await openclaw('source', 'add', '--name', 'Prod', '--type', 'alertmanager', '--secret', 'token=env:HOOK');
  await openclaw('service', 'add', '--name', 'checkout', '--kind', 'app');
  await openclaw(
    'alert-route',
    'add',
    '--name',
    'all',
    '--to',
    '#ops',
    '--incident',
    '--resolve-after',
    '2s',
  );
  const daemon = await startDaemon({ stateDir, env: { HOOK: SECRET } });
  const manager = startProgram(alertmanager, [
    `--config.file=${write(folder, 'alertmanager.yml', managerConfig(`${daemon.url}/hooks/Prod`))}`,
    `--storage.path=${join(folder, 'alertmanager')}`,
    `--web.listen-address=127.0.0.1:${alertmanagerPort}`,
    '--cluster.listen-address=',
  ]);
  const open = async (count: number) =>
    (JSON.parse((await ask(['incident', 'list', '--json'], { stateDir })).stdout) as unknown[]).length ===
    count;
  const soon = (what: string, holds: () => Promise<boolean>) =>
    untilWithin(what, 50_000, holds).catch((cause: unknown) => {
      throw new Error(`never: ${what}\n${server.talk()}\n${manager.talk()}`, { cause });
    });

  // What it does not take is sent again a minute later.
  await soon('Alertmanager listens', async () =>
    fetch(`http://127.0.0.1:${alertmanagerPort}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  shop.setErrors(12.3);
  await soon('an incident', () => open(1));
  expect(await openclaw('incident', 'show', '1')).toMatchObject({
    title: expect.stringContaining('checkout answers with errors'),
    severity: 'critical',
    service: 'checkout',
    ackedByName: null,
  });
  await openclaw('incident', 'ack', '1');
  expect(await openclaw('incident', 'show', '1')).toMatchObject({ ackedByName: expect.any(String) });

  shop.setErrors(0);
  await soon('resolved', () => open(0));
  expect(await openclaw('incident', 'show', '1')).toMatchObject({ state: 'resolved' });
  expect((await daemon.stop('SIGTERM')).code).toBe(0);
});

/** What Prometheus scrapes, with a number the test sets. */
async function startExporter(): Promise<{ port: number; setErrors(percent: number): void }> {
  let errors = 0;
  const exporter = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`# TYPE checkout_error_percent gauge\ncheckout_error_percent ${errors}\n`);
  });
  const port = await freePort();
  await new Promise<void>((listening) => exporter.listen(port, '127.0.0.1', listening));
  onTestFinished(async () => {
    exporter.closeAllConnections();
    await new Promise((closed) => exporter.close(closed));
  });
  return {
    port,
    setErrors(percent) {
      errors = percent;
    },
  };
}

const RULES = `groups:
  - name: checkout
    rules:
      - alert: CheckoutErrors
        expr: checkout_error_percent > 5
        labels: { severity: critical, service: checkout }
        annotations: { summary: checkout answers with errors }
`;

function serverConfig(exporterPort: number, alertmanagerPort: number): string {
  return `global: { scrape_interval: 500ms, evaluation_interval: 500ms }
rule_files: [rules.yml]
scrape_configs:
  - job_name: checkout
    static_configs: [{ targets: ['127.0.0.1:${exporterPort}'] }]
alerting:
  alertmanagers:
    - static_configs: [{ targets: ['127.0.0.1:${alertmanagerPort}'] }]
`;
}

function managerConfig(url: string): string {
  return `route: { receiver: openclaw, group_by: [alertname], group_wait: 100ms, group_interval: 500ms, repeat_interval: 1h }
receivers:
  - name: openclaw
    webhook_configs:
      - url: ${url}
        send_resolved: true
        http_config: { authorization: { credentials: ${SECRET} } }
`;
}

function write(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}
