// `openclaw channel test NAME`: asks the chat behind a channel, and posts one message that says it is a test.
import { randomUUID } from 'node:crypto';
import { slackCalls } from '../channels/slack/calls.ts';
import { checkSlack } from '../channels/slack/check.ts';
import { hookPath } from '../domain/channel-hook.ts';
import type { Clock } from '../domain/clock.ts';
import { UserError } from '../domain/errors.ts';
import type { Resource } from '../domain/resource.ts';
import { parseSlackSettings } from '../domain/slack-settings.ts';
import type { SourceCheck } from '../domain/tool.ts';
import { shellQuote } from '../resources/shell-quote.ts';
import type { Store } from '../store/store.ts';
import { isConnected } from './adapters.ts';
import { checkPagerduty } from './pagerduty-check.ts';
import { configuredRooms } from './rooms-in-use.ts';
import { resolveSecret } from './secrets.ts';
import { signingSecrets } from './slack-hearing.ts';

/** For all of it: whoever types it waits for it. */
const CHECK_MS = 30_000;
const PEOPLE_MAX = 20;
const ROOMS_MAX = 20;

/** Errors: UserError 'usage' for a channel nothing is asked of. */
export async function checkChannel(
  { name, spec }: Resource<'channel'>,
  { store, env, clock }: { store: Store; env: Readonly<Record<string, string | undefined>>; clock: Clock },
): Promise<SourceCheck> {
  const { type, settings, secrets } = spec;
  if (type === 'pagerduty') return checkPagerduty({ name, spec }, { store, env, now: clock.now() });
  if (type !== 'slack')
    throw new UserError(
      `a channel of type ${type} is tested by a page to somebody on it`,
      'openclaw contact test NAME',
      'usage',
    );
  if (!isConnected(spec))
    throw new UserError(
      `${name} has no tokens, so nothing is asked of it`,
      `openclaw channel edit ${shellQuote(name)} --secret bot-token=env:SLACK_BOT_TOKEN --secret app-token=env:SLACK_APP_TOKEN`,
      'usage',
    );
  const { api, mode, url } = parseSlackSettings(settings, secrets);
  const callAs = async (secret: string) =>
    slackCalls({ token: await resolveSecret(secrets[secret] ?? '', env), api });
  return checkSlack({
    typed: shellQuote(name),
    call: await callAs('bot-token'),
    hearing:
      mode === 'socket'
        ? { by: 'socket', call: await callAs('app-token') }
        : {
            by: 'http',
            at: url === null ? null : `${url}${hookPath(name)}`,
            path: hookPath(name),
            signingSecret: (await signingSecrets(secrets, env))[0] ?? '',
            now: clock.now(),
          },
    rooms: (await configuredRooms(name, store)).slice(0, ROOMS_MAX),
    people: await peopleOf(name, store),
    eventId: randomUUID(),
    signal: AbortSignal.timeout(CHECK_MS),
  });
}

async function peopleOf(channel: string, { read }: Store): Promise<{ name: string; id: string }[]> {
  return (await read.resources.list('contact'))
    .flatMap(({ enabled, spec }) => {
      const id = spec.ids[channel] ?? spec.ids.slack;
      return enabled && id !== undefined ? [{ name: spec.name, id: id.split(':').at(-1) ?? id }] : [];
    })
    .slice(0, PEOPLE_MAX);
}
