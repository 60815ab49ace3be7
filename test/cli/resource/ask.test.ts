// What is asked where a person sits, noun by noun.
import { expect, test } from 'vitest';
import { freshCli } from './fresh-cli.ts';

const { run, ok, stored } = freshCli();

const questions: [noun: string, answers: string[], spec: object][] = [
  ['agent', ['Monitor', 'Watch.'], { message: 'Watch.' }],
  ['alert-route', ['All', '#ops'], { to: '#ops' }],
  ['alert-rule', ['Errors', 'error_rate > 5%'], { condition: 'error_rate > 5%' }],
  ['auto-fix', ['Disk', 'disk_usage > 90%', 'Call storage'], { action: 'Call storage', steps: [] }],
  ['channel', ['chat', 'slack'], { type: 'slack' }],
  ['command', ['scale', '/scale', 'Scale.'], { trigger: '/scale' }],
  ['contact', ['sarah', 'slack=U1'], { ids: { slack: 'U1' } }],
  ['escalation', ['Default', 'sarah', '5m', ''], { levels: [{ target: 'sarah', timeoutMs: 300_000 }] }],
  ['rotation', ['on-call', 'sarah,mike'], { members: ['sarah', 'mike'] }],
  ['service', ['api'], { name: 'api' }],
  ['silence', ['night', 'service=api', '2027-11-23T23:00Z'], { match: { service: 'api' } }],
  ['source', ['This host', 'host'], { type: 'host' }],
];
test.each(questions)('%s add with nothing given asks for all it needs', async (noun, answers, spec) => {
  const [name = ''] = answers;
  await ok([noun, 'add'], { answers });
  expect((await stored(noun, name)).spec).toMatchObject(spec);
});

test('an escalation is asked for level by level, nine at most', async () => {
  const levels = Array.from({ length: 9 }, (_, index) => [`person-${index + 1}`, `${index + 1}m`]).flat();
  const { stderr } = await ok(['escalation', 'add'], { answers: ['Default', ...levels] });
  expect(stderr).toContain('? How long may person-9 take to acknowledge (5m)');
  expect((await stored('escalation', 'Default')).spec).toHaveProperty('levels.length', 9);
});

test('who typed levels is not asked for more', async () => {
  const level = ['--level-1', 'sarah', '--timeout', '5m'];
  const { stderr } = await ok(['escalation', 'add', ...level], { answers: ['Default'] });
  expect(stderr.match(/^\? .*/gm)).toEqual(['? Name']);
});

test('what was typed wrong is said before anything is asked', async () => {
  const { code, stderr } = await run(['command', 'add', '--trigger', 'scale'], { answers: [] });
  expect(code).toBe(2);
  expect(stderr).not.toContain('?');
});
