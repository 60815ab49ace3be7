// Charts and files come beside an answer that is complete without them.
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { MetricSeries } from '../../src/domain/capability.ts';
import type { FilePlace } from '../../src/domain/channel.ts';
import { ToolError } from '../../src/domain/errors.ts';
import { type Attachment, plainText } from '../../src/domain/message.ts';
import type { SourceAdapter, Tool } from '../../src/domain/tool.ts';
import { createHarness, type Harness } from '../support/harness.ts';
import { createWorldSource } from '../support/world-source.ts';

let h: Harness;
let files: { place: FilePlace; attachment: Attachment }[];
let answers: ToolError[];
beforeEach(async () => {
  h = await createHarness({ sources: (world) => [withPast(createWorldSource(world), () => h.clock.now())] });
  onTestFinished(() => h.close());
  files = [];
  answers = [];
  h.slack.attach = async (place, attachment) => {
    files.push({ place, attachment });
    const fault = answers.shift();
    if (fault) throw fault;
  };
  await h.alert({ title: 'api is down', service: 'api' });
});

/** The world knows what is now; here an hour of it. */
function withPast(source: SourceAdapter, now: () => number): SourceAdapter {
  const tools = source.tools.map((tool): Tool => {
    if (tool.capability !== 'metrics.query' || !('read' in tool)) return tool;
    const read: typeof tool.read = async (...asked) =>
      ((await tool.read(...asked)) as MetricSeries[]).map((series) => ({
        ...series,
        points: Array.from({ length: 60 }, (_, minute) => ({
          at: now() - minute * 60_000,
          value: minute,
        })).reverse(),
      }));
    return { ...tool, read };
  });
  return { ...source, tools };
}

const remoteIdOf = (text: string) =>
  h.slack.posts.find(({ message }) => plainText(message).includes(text))?.remoteId;

test('/metrics has its chart in the same thread, with the deploy that is in that hour', async () => {
  await h.say('@sarah', '/metrics api', { incidentId: 1 });
  const [file] = files;
  expect(file?.place).toMatchObject({
    remoteId: remoteIdOf('Metrics of api'),
    threadRemoteId: remoteIdOf('🔴 api — down'),
    again: false,
  });
  expect(file?.attachment).toMatchObject({
    type: 'chart',
    chart: { title: 'Metrics of api', marks: [{ label: '#492' }] },
  });
});

test('an answer that was lost: it is tried again, and says that it may be there', async () => {
  answers.push(new ToolError('unknown', 'lost'));
  await h.say('@sarah', '/metrics api', { incidentId: 1 });
  await h.advance(60_000);
  expect(files.map(({ place }) => [place.key === files[0]?.place.key, place.again])).toEqual([
    [true, false],
    [true, true],
  ]);
});

test('what is refused is said, and the numbers stand above', async () => {
  answers.push(new ToolError('failed', 'Slack (files.getUploadURLExternal): missing_scope (files:write)'));
  const answer = await h.say('@sarah', '/metrics api', { incidentId: 1 });
  expect(answer).toContain('error_rate');
  expect((await h.posts()).at(-1)).toMatch(
    /The chart could not be added: .*missing_scope \(files:write\)\. Nothing is lost/,
  );
  await h.advance(60_000);
  expect(files).toHaveLength(1);
});

test('of a few log lines all is shown, so there is no file', async () => {
  await h.say('@sarah', '/logs api', { incidentId: 1 });
  expect(files).toEqual([]);
});

test('of many lines there is a file with all of them, without secrets', async () => {
  const api = h.world.services.get('api');
  if (!api) throw new Error('no api');
  for (let n = 0; n < 40; n += 1)
    api.logs.push({
      at: h.clock.now(),
      level: 'error',
      text: `password=hunter${n}2secret failed`,
      instance: 'api-1',
    });
  await h.say('@sarah', '/logs api', { incidentId: 1 });
  const [file] = files;
  expect(file?.attachment).toMatchObject({
    type: 'text',
    title: expect.stringMatching(/^4\d lines of the logs of api$/),
  });
  expect(JSON.stringify(file)).not.toContain('hunter');
});
