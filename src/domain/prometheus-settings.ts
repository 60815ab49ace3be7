// The settings of a `prometheus` source. Without `url` it only sends us alerts; with it, it is read as well.
import { type ApiAddress, parseApiAddress } from './api-address.ts';
import { usageError } from './errors.ts';
import { quoted } from './excerpt.ts';
import {
  isPromqlSetting,
  PROMQL_SETTINGS,
  type PromqlSettings,
  parsePromqlSettings,
} from './promql/promql-settings.ts';
import { nearest } from './similar.ts';

export interface PrometheusSettings {
  address: ApiAddress;
  /** For basic auth; its password is the secret `api-password`. */
  user: string | undefined;
  /** `X-Scope-OrgID` of Mimir, Cortex and Thanos Receive. */
  tenant: string | undefined;
  promql: PromqlSettings;
}

type Given = Readonly<Record<string, string>>;

const KNOWN = ['url', 'user', 'tenant', 'cleartext', ...PROMQL_SETTINGS];
/** Names for our secrets there. */
export const PROMETHEUS_API_SECRETS = ['api-token', 'api-password'];

/** Null: no `url`, so it is not read. Errors: UserError (usage) with the first problem. */
export function parsePrometheusSettings(settings: Given, secrets: Given): PrometheusSettings | null {
  const address = parseApiAddress(settings, secrets, 'http://prometheus:9090');
  const stray = Object.keys(settings).find(
    (key) => isPromqlSetting(key) || key === 'user' || key === 'tenant',
  );
  const ours = Object.keys(secrets).filter((name) => name.startsWith('api-'));
  if (address === null) {
    if (stray !== undefined || ours.length > 0)
      throw usageError(
        `${stray ?? ours[0]} is for reading Prometheus, and no address of it is given`,
        '--set url=http://prometheus:9090',
      );
    return null;
  }
  const unknown = Object.keys(settings).find((key) => !KNOWN.includes(key) && !isPromqlSetting(key));
  if (unknown !== undefined) {
    const near = nearest(unknown, KNOWN);
    throw usageError(
      `${quoted(unknown)} is no setting of a prometheus source: ${near === null ? `it takes ${KNOWN.join(', ')}` : `did you mean ${near}?`}`,
      'openclaw source add --name Prometheus --type prometheus --set url=http://prometheus:9090',
    );
  }
  const { user, tenant } = settings;
  checkSecrets(user, ours);
  if (user !== undefined && (user.includes(':') || /\p{Cc}/u.test(user)))
    throw usageError('a user of basic auth holds no colon', '--set user=openclaw');
  if (tenant !== undefined && !/^[\x21-\x7e]{1,150}$/.test(tenant))
    throw usageError(`${quoted(tenant)} is no tenant`, '--set tenant=team-a');
  return { address, user, tenant, promql: parsePromqlSettings(settings) };
}

function checkSecrets(user: string | undefined, ours: readonly string[]): void {
  const other = ours.find((name) => !PROMETHEUS_API_SECRETS.includes(name));
  if (other !== undefined)
    throw usageError(
      `${quoted(other)} is no secret of a prometheus source`,
      '--secret api-token=env:NAME, or --set user=NAME --secret api-password=env:NAME',
    );
  if (ours.length > 1)
    throw usageError(
      'a token and a password are given: one of them',
      'openclaw source edit NAME --clear-secret, then give those it should have',
    );
  if ((user !== undefined) !== ours.includes('api-password'))
    throw usageError(
      user === undefined ? 'a password is given and no user' : 'a user is given and no password',
      '--set user=openclaw --secret api-password=env:PROMETHEUS_PASSWORD',
    );
}
