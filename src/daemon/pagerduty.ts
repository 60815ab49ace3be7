// A channel of type pagerduty, with its secrets read: what pages, what is asked, and what is heard.
import type { ChannelAdapter } from '../domain/channel.ts';
import type { PagerNews } from '../domain/pager-news.ts';
import { parsePagerdutySettings, webhookSecretNames } from '../domain/pagerduty-settings.ts';
import type { Channel } from '../domain/resource.ts';
import { resolveSecret } from './secrets.ts';

export async function openPagerduty(
  { name, settings, secrets }: Channel,
  { env, hear }: { env: Readonly<Record<string, string | undefined>>; hear(news: PagerNews): Promise<void> },
): Promise<ChannelAdapter> {
  const { events, api } = parsePagerdutySettings(settings, secrets);
  const routingKey = await resolveSecret(secrets['routing-key'] ?? '', env);
  const webhook = await Promise.all(
    webhookSecretNames(secrets).map((secret) => resolveSecret(secrets[secret] ?? '', env)),
  );
  const { createPagerdutyChannel } = await import('../channels/pagerduty/channel.ts');
  const token = secrets['api-token'];
  const people = token === undefined ? null : await openOnCall(api, await resolveSecret(token, env));
  return createPagerdutyChannel({ name, events, routingKey, webhook: { secrets: webhook, hear }, people });
}

async function openOnCall(api: URL, token: string) {
  const { createOnCallSource } = await import('../sources/pagerduty/on-call.ts');
  return createOnCallSource({ api, token });
}
