// What is said of the app manifest that was printed last, where the commands are others since.
import { UserError } from '../domain/errors.ts';
import { manifestNews, type PrintedManifest } from '../domain/printed-manifest.ts';
import type { Kind, Resource } from '../domain/resource.ts';
import { shellQuote } from '../resources/shell-quote.ts';
import type { Store } from '../store/store.ts';
import type { Tables } from '../store/tables.ts';
import { localTime } from './output.ts';

/** False: the state cannot be written now, which is no reason not to print. */
export async function rememberPrinted(
  store: Store,
  channelId: number,
  printed: PrintedManifest,
): Promise<boolean> {
  try {
    await store.write(async (tx) => {
      const before = await tx.settings.get('manifests');
      await tx.settings.set('manifests', { ...before, [channelId]: printed });
    });
    return true;
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

export interface ManifestGap {
  channel: string;
  text: string;
  hint: string;
}

/** One for each Slack whose manifest was printed and is another by now. `about`: only these triggers are looked at. */
export async function manifestGaps(
  { resources, settings }: Pick<Tables, 'resources' | 'settings'>,
  about?: readonly string[],
): Promise<ManifestGap[]> {
  const manifests = await settings.get('manifests');
  if (Object.keys(manifests).length === 0) return [];
  const stored = (await resources.list('command')).flatMap(({ enabled, spec }) =>
    enabled ? [spec.trigger] : [],
  );
  return (await resources.list('channel')).flatMap((channel) => {
    const printed = manifests[channel.id];
    if (printed === undefined || !channel.enabled || channel.spec.type !== 'slack') return [];
    const { prefix = '' } = channel.spec.settings;
    const news = manifestNews(printed, { prefix, stored }, about);
    return news === null ? [] : [gap(channel, printed, news)];
  });
}

function gap(
  { name, spec }: Resource<'channel'>,
  { at, prefix }: PrintedManifest,
  news: string,
): ManifestGap {
  const typed = shellQuote(name);
  const again = `print it again, and paste it in the app ("App Manifest"): openclaw channel manifest ${typed}`;
  const isMeant = prefix !== '' && prefix !== (spec.settings.prefix ?? '');
  return {
    channel: name,
    text: `the Slack app manifest printed at ${localTime(at)} ${news}`,
    hint: isMeant
      ? `where the app has these names: openclaw channel edit ${typed} --set prefix=${prefix}; else ${again}`
      : again,
  };
}

/**
 * What a change of a command, or of the prefix of all, means for it; nothing of another kind. Null: it was not there, or is
 * no more.
 */
export async function gapsAfter(
  tables: Pick<Tables, 'resources' | 'settings'>,
  before: Resource | null,
  after: Resource | null,
): Promise<ManifestGap[]> {
  if (before && after && isKind('channel', before) && isKind('channel', after)) {
    const isSame = before.spec.settings.prefix === after.spec.settings.prefix;
    return isSame ? [] : (await manifestGaps(tables)).filter(({ channel }) => channel === after.name);
  }
  const about = [before, after].flatMap((one) => (one && isKind('command', one) ? [one.spec.trigger] : []));
  return about.length === 0 ? [] : manifestGaps(tables, about);
}

function isKind<K extends Kind>(kind: K, resource: Resource): resource is Resource<K> {
  return resource.kind === kind;
}
