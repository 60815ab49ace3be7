// Whatever a vendor's webhook holds, it is read without an exception into alerts and notices that can be stored.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readChange, readEvent } from '../../../src/http/formats/pagerduty-events.ts';
import { toAlerts as pagerduty } from '../../../src/http/formats/pagerduty-webhook.ts';
import { toAlerts as sns } from '../../../src/http/formats/sns.ts';

const context = { source: 'x', receivedAt: 1_795_000_000_000, deliveryId: 'd' };
const runs = { seed: 42, numRuns: process.env.OPENCLAW_TEST_LONG ? 10_000 : 100 };

/** An object that has the names the vendor uses, each with anything, now and then with more of them inside. */
function shaped(names: readonly string[]): fc.Arbitrary<unknown> {
  return fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, fc.string(), fc.jsonValue(), tie('object')),
    object: fc.dictionary(fc.constantFrom(...names, '__proto__', 'constructor'), tie('value'), {
      maxKeys: 12,
    }),
  })).object;
}

function storable(read: unknown): void {
  expect(() => JSON.stringify(read)).not.toThrow();
}

test('CloudWatch through SNS', () => {
  const envelope = shaped([
    'Type',
    'MessageId',
    'TopicArn',
    'Message',
    'Timestamp',
    'SubscribeURL',
    'Subject',
  ]);
  const alarm = shaped([
    'AlarmName',
    'AlarmArn',
    'NewStateValue',
    'StateChangeTime',
    'Trigger',
    'Dimensions',
    'name',
    'value',
    'Threshold',
  ]);
  fc.assert(
    fc.property(envelope, alarm, fc.boolean(), (outer, inner, raw) => {
      storable(sns(outer, context));
      storable(
        sns(raw ? inner : { Type: 'Notification', MessageId: 'a', Message: JSON.stringify(inner) }, context),
      );
    }),
    runs,
  );
});

test('PagerDuty webhooks', () => {
  const data = shaped([
    'id',
    'type',
    'title',
    'service',
    'summary',
    'incident',
    'urgency',
    'priority',
    'html_url',
  ]);
  const types = fc.constantFrom('incident.triggered', 'incident.annotated', 'pagey.ping', '', '.', 7, null);
  fc.assert(
    fc.property(data, types, fc.jsonValue(), (one, event_type, agent) => {
      storable(
        pagerduty({ event: { event_type, data: one, agent, occurred_at: agent, id: agent } }, context),
      );
      storable(pagerduty(one, context));
    }),
    runs,
  );
});

test('PagerDuty events and changes', () => {
  const body = shaped([
    'event_action',
    'dedup_key',
    'payload',
    'summary',
    'source',
    'severity',
    'custom_details',
    'links',
  ]);
  const payload = shaped(['timestamp', 'component', 'custom_details', 'service', 'group', 'class']);
  fc.assert(
    fc.property(body, payload, (any, over) => {
      storable(readEvent(any, context));
      storable(readChange(any, context));
      const filled = { summary: 's', source: 's', severity: 'error', ...(over as object) };
      storable(readEvent({ event_action: 'trigger', payload: filled, links: any }, context));
      storable(readChange({ payload: filled, links: [any] }, context));
    }),
    runs,
  );
});
