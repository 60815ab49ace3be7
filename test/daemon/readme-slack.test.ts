// "Slack in five minutes" of the README, as it stands there: its last line pages whoever follows it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryStateDir } from '../cli/run-cli.ts';
import { startDaemon } from '../support/openclaw.ts';
import { runHere } from '../support/run-here.ts';
import { startSlack, TEAM } from '../support/slack.ts';
import { clickOn } from '../support/slack-payloads.ts';
import { until } from '../support/until.ts';

const README = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
const section = README.split('### Slack in five minutes\n')[1]?.split('\nWhat a phone shows')[0] ?? '';
/** Lines of its blocks, and what stands in the text as a command, in their order. */
const lines = [...section.matchAll(/^ +(openclaw .*)$|`(openclaw [^`]+)`/gm)].map(
  ([, block, inline]) => block ?? inline ?? '',
);
/** Of a shell: words, single quotes, and where the output goes. */
const words = (line: string) =>
  [...line.replace(/ > \S+$/, '').matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );

test('every line runs, and the first incident pages its reader', { timeout: 60_000 }, async () => {
  const slack = await startSlack({ 'ops-critical': 'C1OPS', 'ops-alerts': 'C2ALERTS', 'ops-info': 'C3INFO' });
  const state = temporaryStateDir();
  onTestFinished(state.remove);
  const { stateDir } = state;
  const env = { SLACK_BOT_TOKEN: 'xoxb-fake-token', SLACK_APP_TOKEN: 'xapp-fake-token' };
  expect(lines.map((line) => words(line).slice(1, 3).join(' '))).toEqual([
    'channel add',
    'channel manifest',
    'command add',
    'contact add',
    'escalation add',
    'channel test',
    'run',
    'chat /incident open trying it out',
  ]);
  for (const line of lines) {
    const [, ...args] = words(line);
    if (args[0] === 'run') {
      await startDaemon({ stateDir, env });
      await slack.connected();
      continue;
    }
    // Only where Slack is differs here.
    const there = args[1] === 'add' && args[0] === 'channel' ? ['--set', `api=${slack.api}`] : [];
    const ran = await runHere([...args, ...there], { stateDir, env });
    expect([line, ran.code, ran.stderr]).toEqual([line, 0, ran.stderr]);
  }
  const header = await until(() =>
    slack.posted.find(
      ({ channel, text, blocks }) =>
        channel === 'C1OPS' &&
        text.includes('trying it out') &&
        JSON.stringify(blocks).includes('paged via slack'),
    ),
  );
  const page = await until(() => slack.posted.find(({ channel }) => channel === 'DU024BE7LH'));
  await slack.acked(slack.send('interactive', clickOn(page, 'Acknowledge', { user: 'U024BE7LH' })));
  await until(() => JSON.stringify(header.blocks).includes('acknowledged by @sarah'));
  expect(JSON.stringify(slack.posted)).not.toContain('Nobody was paged');
  // As the section ends.
  expect(section).toContain('`incident close trying it out` in the thread');
  const close = { type: 'message', channel: 'C1OPS', user: 'U024BE7LH', team: TEAM, thread_ts: header.ts };
  const said = { ...close, text: 'incident close trying it out', ts: '1700000001.000001' };
  await slack.acked(slack.send('events_api', { team_id: TEAM, event: said }));
  await until(() => slack.posted.find(({ text }) => text.includes('Plan #1: Close incident #1')));
});
