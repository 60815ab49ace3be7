// `openclaw source test NAME` and `source policy NAME`: asks the system behind a source, and changes nothing there.
import type { Clock } from '../domain/clock.ts';
import { ToolError, UserError } from '../domain/errors.ts';
import { redact } from '../domain/redact.ts';
import type { Resource } from '../domain/resource.ts';
import type { SourceAdapter, SourceCheck, SourcePolicy } from '../domain/tool.ts';
import { webhookTypes } from '../http/formats/table.ts';
import { shellQuote } from '../resources/shell-quote.ts';
import type { Store } from '../store/store.ts';
import { isReadByAddress, isSpoken, openSource } from './adapters.ts';
import { type SourceUses, usesOf } from './source-uses.ts';

interface Parts {
  store: Store;
  clock: Clock;
  env: Readonly<Record<string, string | undefined>>;
}

const CHECK_MS = 30_000;

/** What the other side says. That it cannot be asked is a problem like any other. Errors: UserError 'usage' for a source nothing is asked of. */
export async function checkSource(source: Resource<'source'>, parts: Parts): Promise<SourceCheck> {
  return withSource(source, parts, async (adapter, uses) => {
    try {
      const call = { signal: AbortSignal.timeout(CHECK_MS) };
      if (adapter.check) return await adapter.check(call, uses.capabilities);
      const values = (await adapter.measure?.(call)) ?? [];
      return { facts: [{ name: 'measured', value: `${values.length} values` }], problems: [] };
    } catch (error) {
      if (!(error instanceof ToolError) && !(error instanceof UserError)) throw error;
      const fix = error instanceof UserError && error.hint ? error.hint : showLine(source);
      return { facts: [], problems: [{ text: redact(error.message), fix }] };
    }
  });
}

/** The least rights for what it is used for. Errors: UserError for a type that has no such thing. */
export async function policyOfSource(
  source: Resource<'source'>,
  parts: Parts,
): Promise<SourcePolicy & SourceUses> {
  return withSource(source, parts, async (adapter, uses) => {
    if (!adapter.policy)
      throw new UserError(
        `a source of type ${source.spec.type} has no policy to print`,
        source.spec.type === 'host'
          ? 'its rights are those of the user openclaw runs as'
          : `its rights are those of its secret: openclaw source test ${shellQuote(source.name)} says what they lack`,
      );
    return { ...adapter.policy(uses.capabilities), ...uses };
  });
}

async function withSource<T>(
  source: Resource<'source'>,
  parts: Parts,
  use: (adapter: SourceAdapter, uses: SourceUses) => Promise<T>,
): Promise<T> {
  const { type } = source.spec;
  if (!isSpoken(source.spec)) {
    const takes = webhookTypes().includes(type);
    if (isReadByAddress(type))
      throw new UserError(
        `${source.name} has no address, so nothing is asked of it`,
        `openclaw source edit ${shellQuote(source.name)} --set url=${type === 'grafana' ? 'https://grafana.example' : 'http://prometheus:9090'}`,
        'usage',
      );
    throw new UserError(
      `nothing is asked of a source of type ${type}${takes ? ': it sends us alerts' : ' in this version'}`,
      takes
        ? `openclaw source test ${shellQuote(source.name)} body.json reads an alert as it would`
        : showLine(source),
      'usage',
    );
  }
  const services = (await parts.store.read.resources.list('service')).filter(({ enabled }) => enabled);
  const adapter = await openSource(source, () => services.map(({ spec }) => spec), parts);
  if (adapter === null) throw new Error(`no adapter for the spoken type ${type}`);
  try {
    const able = adapter.tools.map(({ capability }) => capability);
    return await use(adapter, await usesOf(source.name, able, parts.store));
  } finally {
    await adapter.close();
  }
}

function showLine({ name }: Resource<'source'>): string {
  return `openclaw source show ${shellQuote(name)}`;
}
