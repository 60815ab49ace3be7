// The built daemon with PagerDuty as a pager, as it is typed, over real HTTP on both sides.
import { userInfo } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryStateDir } from '../cli/run-cli.ts';
import { startDaemon } from '../support/openclaw.ts';
import { pagerSignature, pagerWebhook, startPagerDuty } from '../support/pagerduty.ts';
import { runHere } from '../support/run-here.ts';
import { until } from '../support/until.ts';

async function ops() {
  const pd = await startPagerDuty();
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  const { stateDir } = state;
  const env = { PD_KEY: pd.routingKey, PD_TOKEN: pd.token, PD_WEBHOOK: pd.webhookSecret, ALERTS: 'alerts' };
  const run = async (...args: string[]) => {
    const ran = await runHere(args, { stateDir, env });
    for (const secret of [pd.routingKey, pd.token, pd.webhookSecret])
      expect(ran.stdout + ran.stderr).not.toContain(secret);
    return ran;
  };
  const added = await run(
    ...['channel', 'add', '--name', 'pager', '--type', 'pagerduty', '--set', `events=${pd.url}`],
    ...['--set', `api=${pd.url}`, '--secret', 'routing-key=env:PD_KEY'],
    ...['--secret', 'api-token=env:PD_TOKEN', '--secret', 'webhook=env:PD_WEBHOOK'],
  );
  expect(added).toMatchObject({ code: 0 });
  return { pd, run, start: () => startDaemon({ stateDir, env }) };
}

test('an incident is paged through it, acknowledged in it, and over in it', { timeout: 60_000 }, async () => {
  const { pd, run, start } = await ops();
  await run('contact', 'add', '--name', 'sarah', '--id', 'pagerduty=PSARAH');
  const local = `local=${userInfo().uid}`;
  await run('contact', 'add', '--name', 'robot', '--id', local, '--can', 'approve', '--unattended');
  await run('escalation', 'add', '--name', 'Default', '--level-1', 'pager', '--timeout', '5m');
  const daemon = await start();
  await run('chat', '/incident open api is down');
  await until(() => pd.incidents.length > 0);
  const body = pagerWebhook(pd.incidents[0]?.key ?? '', {
    id: 'E1',
    event_type: 'incident.acknowledged',
    occurred_at: new Date().toISOString(),
    user: { id: 'PSARAH', name: 'Sarah Connor' },
  });
  const send = (secret: string) =>
    fetch(`${daemon.url}/channels/pager`, {
      method: 'POST',
      headers: { 'x-pagerduty-signature': pagerSignature(body, secret) },
      body,
    });
  expect((await send('guess')).status).toBe(401);
  expect((await send(pd.webhookSecret)).status).toBe(202);
  expect((await send(pd.webhookSecret)).status).toBe(202);
  const shown = async () => (await run('incident', 'show', '1')).stdout;
  await until(async () => (await shown()).includes('@sarah acknowledged in PagerDuty'));
  expect(await shown()).toContain('Paged via PagerDuty');
  await run('incident', 'close', '1', 'a', 'test');
  await run('approve', '1');
  await until(() => pd.incidents[0]?.state === 'resolved');
  expect(pd.events.map(({ event_action }) => event_action)).toEqual(['trigger', 'resolve']);
});
