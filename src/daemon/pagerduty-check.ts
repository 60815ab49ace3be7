// `openclaw channel test` for PagerDuty, and what `doctor` asks of it: the key, the token, the schedules that levels name.
// Nobody is woken by it.
import { randomUUID } from 'node:crypto';
import { hookPath } from '../domain/channel-hook.ts';
import { ToolError, UserError } from '../domain/errors.ts';
import { onScheduleAt } from '../domain/on-call-answer.ts';
import { pagerContact } from '../domain/pager-people.ts';
import { parsePagerdutySettings, webhookSecretNames } from '../domain/pagerduty-settings.ts';
import type { Channel, Contact, Resource } from '../domain/resource.ts';
import type { SourceCheck } from '../domain/tool.ts';
import { wantedSchedules } from '../engine/schedules.ts';
import { shellQuote } from '../resources/shell-quote.ts';
import type { Store } from '../store/store.ts';
import { resolveSecret } from './secrets.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const CHECK_MS = 30_000;
const DAY_MS = 86_400_000;

/** Errors: UserError 'usage' for one that is not connected. */
export async function checkPagerduty(
  { name, spec }: Pick<Resource<'channel'>, 'name' | 'spec'>,
  { store, env, now }: { store: Store; env: Environment; now: number },
): Promise<SourceCheck> {
  if (spec.secrets['routing-key'] === undefined)
    throw new UserError(
      `${name} has no routing key, so nothing is asked of it`,
      `openclaw channel edit ${shellQuote(name)} --secret routing-key=env:PAGERDUTY_ROUTING_KEY`,
      'usage',
    );
  const told = await askPagerduty(spec, { store, env, now, signal: AbortSignal.timeout(CHECK_MS) });
  told.facts.push({
    name: 'cannot be known here',
    value:
      'whether the service behind the routing key is there and wakes somebody: PagerDuty takes events for one that is gone. A page shows it: openclaw contact test NAME',
  });
  return told;
}

export async function askPagerduty(
  channel: Channel,
  { store, env, now, signal }: { store: Store; env: Environment; now: number; signal: AbortSignal },
): Promise<SourceCheck> {
  const told: SourceCheck = { facts: [], problems: [] };
  const { events, api } = parsePagerdutySettings(channel.settings, channel.secrets);
  await checkKey(channel, events, { env, signal }, told);
  const wanted = (await wantedSchedules(store.read)).filter((one) => one.channel === channel.name);
  const token = channel.secrets['api-token'];
  if (token === undefined)
    told.facts.push({
      name: 'on call',
      value: 'not asked: it has no api-token, so no level can be pagerduty:SCHEDULE',
    });
  else {
    const contacts = (await store.read.resources.list('contact')).filter(({ enabled }) => enabled);
    await checkToken(api, await resolveSecret(token, env), wanted, {
      contacts: contacts.map(({ spec }) => spec),
      pager: channel.name,
      now,
      signal,
      told,
    });
  }
  checkWebhook(channel, await store.read.heard.find(`channel:${channel.name}`), told);
  return told;
}

/** Of an event that ends what nobody ever began PagerDuty says only whether the key has the form of one. */
async function checkKey(
  { name, secrets }: Channel,
  events: URL,
  { env, signal }: { env: Environment; signal: AbortSignal },
  told: SourceCheck,
): Promise<void> {
  const routingKey = await resolveSecret(secrets['routing-key'] ?? '', env);
  const { enqueue } = await import('../channels/pagerduty/channel.ts');
  await tried(told, `${events.host} does not take our events`, routingKeyFix(name), async () => {
    const event = { event_action: 'resolve' as const, dedup_key: `openclaw-test-${randomUUID()}` };
    await enqueue(event, { events, routingKey }, signal);
    told.facts.push({ name: 'routing key', value: `taken by ${events.host}` });
  });
}

function routingKeyFix(name: string): string {
  return `the integration key of a service's "Events API v2" integration, 32 characters: openclaw channel edit ${shellQuote(name)} --secret routing-key=env:NAME`;
}

async function checkToken(
  api: URL,
  token: string,
  wanted: readonly { target: string; schedule: string }[],
  {
    contacts,
    pager,
    now,
    signal,
    told,
  }: { contacts: readonly Contact[]; pager: string; now: number; signal: AbortSignal; told: SourceCheck },
): Promise<void> {
  const { createOnCallSource } = await import('../sources/pagerduty/on-call.ts');
  const source = createOnCallSource({ api, token });
  const fix = 'a read-only REST API key of PagerDuty, as --secret api-token=env:NAME';
  const works = await tried(told, 'the api-token does not work', fix, async () => {
    const count = await source.countSchedules({ signal });
    told.facts.push({ name: 'api-token', value: `reads schedules at ${api.host}: ${count} there` });
    return true;
  });
  if (!works) return;
  for (const { target, schedule } of wanted)
    await tried(told, target, 'openclaw escalation list', async () => {
      const range = { from: now, until: now + DAY_MS };
      const answer = {
        ...(await source.onCall(schedule, range, { signal })),
        askedAt: now,
        until: range.until,
      };
      const people = onScheduleAt({ channel: pager, schedule, answer, problem: null }, now);
      if (people.length === 0)
        told.problems.push({
          text: `${target}: nobody is on call in "${answer.name}" now, so the level is skipped`,
          fix: 'fill the schedule in PagerDuty',
        });
      for (const person of people) {
        const contact = pagerContact(person, contacts, [pager]);
        told.facts.push({
          name: target,
          value: contact
            ? `${person.name}, who is @${contact.name}`
            : `${person.name} (${person.id}), no contact here, so PagerDuty pages by itself: openclaw contact add --name NAME --pagerduty ${person.id}`,
        });
      }
    });
}

function checkWebhook({ name, secrets }: Channel, heardAt: number | null, told: SourceCheck): void {
  const value =
    webhookSecretNames(secrets).length === 0
      ? 'not heard: an acknowledgement there stops nothing here until --secret webhook=env:NAME is set'
      : heardAt === null
        ? `nothing has come yet to ${hookPath(name)}`
        : 'heard, its signatures fit';
  told.facts.push({ name: 'webhook', value });
}

/** What PagerDuty refuses is a problem like any other. */
async function tried<T>(
  { problems }: SourceCheck,
  what: string,
  fix: string,
  work: () => Promise<T>,
): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    problems.push({ text: `${what}: ${error.message}`, fix });
    return null;
  }
}
