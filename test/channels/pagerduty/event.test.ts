// What PagerDuty is sent stays within its limits, whatever an incident is called.
import { describe, expect, test } from 'vitest';
import { eventsOfPage, turnEvent } from '../../../src/channels/pagerduty/event.ts';
import type { OutgoingPost } from '../../../src/domain/channel.ts';
import { message } from '../../../src/domain/message.ts';
import type { PagedIncident } from '../../../src/domain/paged-incident.ts';

const post = (change: Partial<OutgoingPost> = {}): OutgoingPost => ({
  eventId: '11111111-2222-4333-8444-555555555555',
  conversation: 'pager',
  threadRemoteId: null,
  message: message('📟 @sarah: 🔴 INCIDENT #43 — api is down', { tone: 'critical' }),
  mentions: [],
  possibleRepeat: false,
  ...change,
});

const incident = (change: Partial<PagedIncident> = {}): PagedIncident => ({
  dedupKey: 'openclaw-0123456789ab-43-mi1abc',
  id: 43,
  title: 'api is down',
  severity: 'critical',
  service: 'api',
  startedAt: Date.parse('2026-11-23T03:14:00Z'),
  links: [],
  anew: false,
  ...change,
});

describe('an event for PagerDuty', () => {
  test('names the incident by our key, and says what a person needs on a phone', () => {
    const links = [{ text: 'Dashboard', href: 'https://grafana.example.org/d/1' }];
    expect(eventsOfPage(post({ incidents: [incident({ links })] }))).toEqual([
      {
        event_action: 'trigger',
        dedup_key: 'openclaw-0123456789ab-43-mi1abc',
        client: 'openclaw',
        payload: {
          summary: '#43 api is down',
          source: 'api',
          severity: 'critical',
          timestamp: '2026-11-23T03:14:00Z',
          component: 'api',
          class: 'incident',
          custom_details: { incident: '#43', text: '📟 @sarah: 🔴 INCIDENT #43 — api is down' },
        },
        links: [{ href: 'https://grafana.example.org/d/1', text: 'Dashboard' }],
      },
    ]);
  });

  test('stays within the limits with hostile words, and no link but of the web is in it', () => {
    const title = `\u001b[31m${'💥'.repeat(5000)}\u202e\n`;
    const links = [
      { text: 'x'.repeat(9000), href: 'https://example.org/' },
      { text: 'bad', href: 'javascript:alert(1)' },
      { text: 'long', href: `https://example.org/${'x'.repeat(5000)}` },
      ...Array.from({ length: 50 }, () => ({ text: 'more', href: 'https://example.org/more' })),
    ];
    const blocks = [{ type: 'text' as const, text: '\u0000💥'.repeat(400_000) }];
    const page = post({
      message: message(title, { blocks }),
      incidents: [incident({ title, service: title, links })],
    });
    const [event] = eventsOfPage(page);
    expect(event?.payload?.summary.length).toBeLessThanOrEqual(1024);
    expect(event?.payload?.summary).not.toMatch(/[\p{Cc}\u202e]|[\ud800-\udbff](?![\udc00-\udfff])/u);
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(512 * 1024);
    expect(event?.links).toHaveLength(10);
    expect(JSON.stringify(event?.links)).not.toContain('javascript');
  });

  test('is one for each incident of a page for several', () => {
    const incidents = [incident(), incident({ id: 44, dedupKey: 'openclaw-0123456789ab-44-mi1abd' })];
    expect(eventsOfPage(post({ incidents })).map(({ dedup_key }) => dedup_key)).toEqual(
      incidents.map(({ dedupKey }) => dedupKey),
    );
  });

  test('ends what PagerDuty holds as acknowledged first, because it would wake nobody', () => {
    const events = eventsOfPage(post({ incidents: [incident({ anew: true })] }));
    expect(events.map(({ event_action }) => event_action)).toEqual(['resolve', 'trigger']);
  });

  test('for no incident says by itself that nobody but a reader will end it', () => {
    const test = post({
      message: message('📟 TEST @sarah: this is a test page', { tone: 'info' }),
      incidents: [],
    });
    expect(eventsOfPage(test)).toMatchObject([
      {
        dedup_key: `openclaw-page-${post().eventId}`,
        payload: { summary: '📟 TEST @sarah: this is a test page', severity: 'info' },
      },
    ]);
  });

  test('about the end of one holds its key and nothing else', () => {
    expect(turnEvent({ action: 'resolve', dedupKey: 'k' })).toEqual({
      event_action: 'resolve',
      dedup_key: 'k',
    });
  });
});
