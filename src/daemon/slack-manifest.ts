// `openclaw channel manifest`: what can be typed, as a Slack app.
import { slackManifest } from '../channels/slack/manifest.ts';
import { hookPath } from '../domain/channel-hook.ts';
import { usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import { playbookOf } from '../domain/playbook-of.ts';
import type { Resource } from '../domain/resource.ts';
import { COMMANDS_MAX, slashCommands } from '../domain/slack-command.ts';
import { parseSlackSettings, publicAddress } from '../domain/slack-settings.ts';
import { BUILT_IN_TRIGGERS } from '../domain/verbs.ts';
import { PLAYBOOKS } from '../playbooks/all.ts';
import { shellQuote } from '../resources/shell-quote.ts';
import type { Store } from '../store/store.ts';

export interface ManifestOptions {
  /** Undefined: what is stored with the channel. */
  prefix?: string;
  /** Of the daemon, as Slack reaches it; undefined: what is stored with the channel. */
  url?: string;
}

/**
 * `own`: those that are made of stored commands. `left`: triggers for which Slack has no place in one app. Errors: UserError 'usage' for HTTP mode without an address,
 * and for an address that Slack could not call.
 */
export async function manifestOfStore(
  store: Store,
  { name, spec }: Resource<'channel'>,
  { prefix: given, url }: ManifestOptions,
) {
  const { mode, url: stored, prefix: kept } = parseSlackSettings(spec.settings, spec.secrets);
  const prefix = given ?? kept;
  // Who gives an address means HTTP mode, also before the secrets are there.
  const address = url === undefined ? (mode === 'http' ? stored : null) : publicAddress(url);
  if (mode === 'http' && address === null)
    throw usageError(
      `Slack calls ${quoted(name)} by HTTP, and the address of this daemon is not known`,
      `openclaw channel manifest ${shellQuote(name)} --url https://ops.example.org`,
    );
  const commands = (await store.read.resources.list('command')).filter(({ enabled }) => enabled);
  const own = commands.map(({ name, spec }) => ({
    trigger: spec.trigger,
    description: spec.message.split('\n')[0] || name,
    usage: usageOf(playbookOf(spec)),
  }));
  const all = slashCommands(own);
  return {
    manifest: slackManifest(all, {
      prefix,
      requestUrl: address === null ? null : `${address}${hookPath(name)}`,
    }),
    /** It is not what rooms are told; null: it is. */
    strangePrefix: prefix === kept ? null : prefix,
    mode: address === null ? ('socket' as const) : ('http' as const),
    own: own.map(({ trigger }) => trigger),
    /** What the usual ones would be called. */
    usual: PLAYBOOKS.map(({ name }) => `/${name}`).filter((trigger) => !BUILT_IN_TRIGGERS.includes(trigger)),
    left: all.slice(COMMANDS_MAX).map(({ trigger }) => trigger),
    /** What it has, to be remembered. */
    holds: { prefix, triggers: all.slice(0, COMMANDS_MAX).map(({ trigger }) => trigger) },
  };
}

/** `/scale [service] [count]` without its trigger. */
function usageOf(playbook: string): string {
  const usage = PLAYBOOKS.find(({ name }) => name === playbook)?.usage ?? '';
  return usage.replace(/^\/\S+\s*/, '');
}
