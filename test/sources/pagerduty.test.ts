// Who is on call, asked of a PagerDuty of ours that answers in pages, slowly, wrongly and not at all.
import { beforeEach, describe, expect, test } from 'vitest';
import { createOnCallSource, type OnCallSource } from '../../src/sources/pagerduty/on-call.ts';
import { type PagerDuty, startPagerDuty } from '../support/pagerduty.ts';
import { json } from '../support/scripted-server.ts';

const call = { signal: new AbortController().signal };
const FROM = Date.parse('2026-11-23T03:14:00Z');
const range = { from: FROM, until: FROM + 14 * 86_400_000 };

let pd: PagerDuty;
let source: OnCallSource;
beforeEach(async () => {
  pd = await startPagerDuty();
  pd.users.push(
    { id: 'PSARAH', name: 'Sarah Connor', email: 'sarah@example.org' },
    { id: 'PMIKE', name: 'Mike', email: 'mike@example.org' },
  );
  pd.schedules.push(
    {
      id: 'PABC123',
      name: 'Primary',
      shifts: [
        { user: 'PSARAH', from: '2026-11-23T00:00:00Z', until: '2026-11-23T09:00:00Z' },
        { user: 'PMIKE', from: '2026-11-23T09:00:00Z', until: '2026-11-30T09:00:00Z' },
      ],
    },
    { id: 'PDEF456', name: 'Primary (old)', shifts: [] },
  );
  source = at(pd.url);
});

function at(url: string, token = pd.token): OnCallSource {
  return createOnCallSource({ api: new URL(url), token, wait: async () => {} });
}

describe('a schedule', () => {
  const shifts = [
    {
      person: { id: 'PSARAH', name: 'Sarah Connor', email: 'sarah@example.org' },
      from: Date.parse('2026-11-23T00:00:00Z'),
      until: Date.parse('2026-11-23T09:00:00Z'),
    },
    {
      person: { id: 'PMIKE', name: 'Mike', email: 'mike@example.org' },
      from: Date.parse('2026-11-23T09:00:00Z'),
      until: Date.parse('2026-11-30T09:00:00Z'),
    },
  ];

  test.each(['PABC123', 'Primary'])('is found as %s, with who is on call when', async (schedule) => {
    expect(await source.onCall(schedule, range, call)).toEqual({ id: 'PABC123', name: 'Primary', shifts });
    expect(pd.asked.at(-1)?.headers.accept).toBe('application/vnd.pagerduty+json;version=2');
  });

  test('is read page by page, and each person is asked for once', async () => {
    pd.pageSize = 1;
    expect((await source.onCall('Primary', range, call)).shifts).toEqual(shifts);
    expect(pd.asked.filter(({ path }) => path.startsWith('/users/'))).toHaveLength(2);
  });

  test('that is not there, or there twice, is said with what to do', async () => {
    await expect(source.onCall('primary', range, call)).rejects.toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('PagerDuty has no schedule "primary"'),
    });
    pd.schedules.push({ id: 'PXYZ789', name: 'Primary', shifts: [] });
    await expect(source.onCall('Primary', range, call)).rejects.toThrow(/PABC123 or PXYZ789/);
    await expect(source.onCall('PNONE00', range, call)).rejects.toThrow(/no schedule "PNONE00"/);
  });

  test('with somebody for always has no gap', async () => {
    pd.faults.push(
      () => json({ schedule: { id: 'PABC123', name: 'Primary' } }),
      () =>
        json({
          oncalls: [
            { user: { id: 'PMIKE', summary: 'Mike', email: 'mike@example.org' }, start: null, end: null },
          ],
          more: false,
        }),
    );
    expect((await source.onCall('PABC123', range, call)).shifts).toMatchObject([range]);
  });
});

describe('PagerDuty that does not answer as it should', () => {
  test('is asked again after a throttle and a failure of its own', async () => {
    pd.faults.push(
      () => ({ status: 429, headers: { 'retry-after': '1' } }),
      () => json({}, 500),
    );
    expect((await source.onCall('PABC123', range, call)).name).toBe('Primary');
  });

  test.each([
    ['a wrong token', 'failed', /refuses us \(401\): make a read-only REST API key/],
    ['a throttle for long', 'retry', /too many requests \(429\), and asks to be left alone for 60 s/],
    ['a web page', 'failed', /a web page instead of data/],
    ['megabytes', 'failed', /more than 4 MB/],
    ['another shape', 'failed', /no schedule/],
  ])('with %s: %s', async (what, outcome, says) => {
    const replies = {
      'a wrong token': () => json({}, 401),
      'a throttle for long': () => ({ status: 429, headers: { 'retry-after': '60' } }),
      'a web page': () => ({ body: '<!doctype html>' }),
      megabytes: () => ({ body: `"${'x'.repeat(5_000_000)}"` }),
      'another shape': () => json([1, { schedules: 'none' }]),
    } as const;
    pd.faults.push(replies[what as keyof typeof replies]);
    const asked = source.onCall('Primary', range, call);
    await expect(asked).rejects.toMatchObject({ name: 'ToolError', outcome });
    await expect(asked).rejects.toThrow(says);
    await expect(asked).rejects.not.toThrow(pd.token);
  });

  test('in time is not waited for', async () => {
    pd.faults.push(() => 'lost');
    const limited = source.onCall('PABC123', range, { signal: AbortSignal.timeout(50) });
    await expect(limited).rejects.toMatchObject({ outcome: 'retry' });
  });

  test('by its names makes nothing of them', async () => {
    pd.users[0] = { id: 'PSARAH', name: '<!channel> @here\u202e`x`'.repeat(50), email: 'x'.repeat(9000) };
    const { shifts } = await source.onCall('PABC123', range, call);
    expect(shifts[0]?.person.name).not.toMatch(/[@<>`\u202e]/);
    expect(shifts[0]?.person.name.length).toBeLessThanOrEqual(80);
    expect(shifts[0]?.person.email?.length).toBe(254);
  });
});
