// Webhooks v3: who is let in, and what of it is kept.
import { describe, expect, test } from 'vitest';
import { pagerdutyHook } from '../../../src/channels/pagerduty/hook.ts';
import type { PagerNews } from '../../../src/domain/pager-news.ts';
import { pagerSignature, pagerWebhook } from '../../support/pagerduty.ts';

const OLD = 'fake-webhook-secret';
const NEXT = 'the-next-secret';
const KEY = 'openclaw-0123456789ab-43-mi1abc';
const ACK = {
  id: '01ABC',
  event_type: 'incident.acknowledged',
  occurred_at: '2026-11-23T03:16:00Z',
  user: { id: 'PSARAH', name: 'Sarah Connor' },
};

function scene(secrets = [OLD, NEXT]) {
  const heard: PagerNews[] = [];
  const hook = pagerdutyHook({ name: 'pager', secrets, hear: async (news) => void heard.push(news) });
  const refused = (body: string, signature: string | undefined) =>
    hook.refuse(Buffer.from(body), signature === undefined ? {} : { 'x-pagerduty-signature': signature });
  const take = (body: string) => hook.take(Buffer.from(body), {});
  return { heard, refused, take };
}

describe('a webhook of PagerDuty', () => {
  const body = pagerWebhook(KEY, ACK);

  test.each([
    ['of the first secret', pagerSignature(body, OLD)],
    ['of the next one', pagerSignature(body, NEXT)],
    ['of both', `${pagerSignature(body, 'gone')}, ${pagerSignature(body, NEXT)}`],
    ['beside versions we do not know', `v2=zz,${pagerSignature(body, OLD)}`],
  ])('with a signature %s is let in', (_what, signature) => {
    expect(scene().refused(body, signature)).toBeNull();
  });

  test.each([
    ['none', undefined],
    ['that is empty', ''],
    ['of another secret', pagerSignature(body, 'guess')],
    ['of another body', pagerSignature(`${body} `, OLD)],
    ['of the same words in other bytes', pagerSignature(JSON.stringify(JSON.parse(body), null, 1), OLD)],
    ['without its version', pagerSignature(body, OLD).slice(3)],
    ['behind too many others', `${Array(16).fill('v1=00').join(',')},${pagerSignature(body, OLD)}`],
  ])('with a signature %s is not', (_what, signature) => {
    expect(scene().refused(body, signature)).not.toBeNull();
  });

  test('is refused while the channel has no secret, with the command that gives it one', () => {
    expect(scene([]).refused(body, pagerSignature(body, ''))).toContain(
      'openclaw channel edit "pager" --secret webhook=env:NAME',
    );
  });

  test('says what happened, who did it and to which incident of ours', async () => {
    const { heard, take } = scene();
    expect(await take(body)).toEqual({ status: 202, body: { ok: true } });
    expect(heard).toEqual([
      {
        type: 'pager',
        pager: 'pager',
        eventId: '01ABC',
        dedupKey: KEY,
        what: 'acknowledged',
        at: Date.parse('2026-11-23T03:16:00Z'),
        by: { id: 'PSARAH', name: 'Sarah Connor' },
        assignees: [],
      },
    ]);
  });

  test('of a program names nobody', async () => {
    const { heard, take } = scene();
    await take(pagerWebhook(KEY, { ...ACK, user: null }));
    expect(heard[0]?.by).toBeNull();
  });

  test('cannot make a name mean something in a chat', async () => {
    const { heard, take } = scene();
    const name = '<!channel> @here [x](https://evil.example) `*_~|\u202e\n#'.repeat(20);
    await take(pagerWebhook(KEY, { ...ACK, user: { id: 'PSARAH', name } }));
    expect(heard[0]?.by?.name).not.toMatch(/[@<>`*_~|[\]()#\n\u202e]|https?:/);
    expect(heard[0]?.by?.name.length).toBeLessThanOrEqual(80);
  });

  test.each([
    ['no JSON', '<html>'],
    ['a list', '[]'],
    ['null', 'null'],
    ['nothing in it', '{"event":null}'],
    ['the ping it tries a webhook with', pagerWebhook(KEY, { ...ACK, event_type: 'pagey.ping' })],
    ['an incident of others', pagerWebhook('srv01/HTTP', ACK)],
    ['no key', pagerWebhook(KEY, { ...ACK, incident: { incident_key: null } })],
    ['an id that is none', pagerWebhook(KEY, { ...ACK, id: 'a b' })],
    ['keys that would reach a prototype', '{"event":{"__proto__":{"data":{}},"constructor":1}}'],
  ])('with %s is taken and forgotten', async (_what, raw) => {
    const { heard, take } = scene();
    expect((await take(raw)).status).toBe(202);
    expect(heard).toEqual([]);
  });
});
