// Which model is asked, and where.
import type Anthropic from '@anthropic-ai/sdk';
import { usageError } from '../../domain/errors.ts';
import { quoted } from '../../domain/excerpt.ts';
import { isLoopback } from '../../domain/loopback.ts';

/**
 * From the SDK's own list. The middle one of the current models: it follows instructions with twenty tools as the dear
 * ones do, at half the price of an Opus, and begins to answer soon enough for somebody who waits at night.
 */
export const DEFAULT_MODEL = 'claude-sonnet-5-5' satisfies Anthropic.Model;

export const DEFAULT_BASE = 'https://api.anthropic.com';

export interface ChosenModel {
  model: string;
  from: 'agent' | 'environment' | 'default';
}

/**
 * `agent`: its `--model`. `environment`: the value of ANTHROPIC_MODEL. Blank counts as not given. Any name may be a
 * model's behind a gateway, so only what none can be is refused. Errors: UserError 'usage'.
 */
export function chooseModel(given: { agent?: string | null; environment?: string | undefined }): ChosenModel {
  const agent = given.agent?.trim() ?? '';
  if (agent !== '') return { model: checked(agent, '--model claude-sonnet-5-5'), from: 'agent' };
  const environment = given.environment?.trim() ?? '';
  if (environment !== '')
    return { model: checked(environment, 'ANTHROPIC_MODEL=claude-sonnet-5-5'), from: 'environment' };
  return { model: DEFAULT_MODEL, from: 'default' };
}

function checked(name: string, example: string): string {
  if (!/^[\w.:@/[\]-]{1,120}$/.test(name)) throw usageError(`${quoted(name)} is no name of a model`, example);
  return name;
}

/**
 * The value of ANTHROPIC_BASE_URL, without a slash at its end and without the `/v1` that some add: the SDK adds its own.
 * The key over plain http is refused outside of this machine, unless the operator says (`cleartext`) that the way there
 * is theirs alone. Errors: UserError 'usage'.
 */
export function readBaseUrl(text: string | undefined, { cleartext = false } = {}): string {
  const given = text?.trim() ?? '';
  if (given === '') return DEFAULT_BASE;
  const example = `ANTHROPIC_BASE_URL=${DEFAULT_BASE}`;
  const url = URL.canParse(given) ? new URL(given) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw usageError('ANTHROPIC_BASE_URL is no http:// or https:// address', example);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw usageError('ANTHROPIC_BASE_URL has more than a host and a path', example);
  if (url.protocol === 'http:' && !cleartext && !isLoopback(url.hostname))
    throw usageError(`the key of Claude could be read on the way to ${quoted(url.host)}`, example);
  return `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '')}`;
}
