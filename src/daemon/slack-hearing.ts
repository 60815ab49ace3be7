// How what people say in Slack comes here, with the secrets it takes.
import type { SlackHearing } from '../channels/slack/slack.ts';
import type { Channel } from '../domain/resource.ts';
import { SIGNING_SECRETS, type SlackSettings } from '../domain/slack-settings.ts';
import { resolveSecret } from './secrets.ts';

type Env = Readonly<Record<string, string | undefined>>;

export async function slackHearing(
  mode: SlackSettings['mode'],
  secrets: Channel['secrets'],
  env: Env,
): Promise<SlackHearing> {
  if (mode === 'socket')
    return { by: 'socket', appToken: await resolveSecret(secrets['app-token'] ?? '', env) };
  return { by: 'http', signingSecrets: await signingSecrets(secrets, env) };
}

export async function signingSecrets(secrets: Channel['secrets'], env: Env): Promise<string[]> {
  const given = SIGNING_SECRETS.flatMap((name) => secrets[name] ?? []);
  return Promise.all(given.map((reference) => resolveSecret(reference, env)));
}
