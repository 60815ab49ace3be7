// Of Grafana: what its webhook contact point lets an operator choose, and, with `url`, how it is read.
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

export interface GrafanaSettings {
  address: ApiAddress;
  /** Uid of the data source that is asked; null: the only one, or the default. */
  datasource: string | null;
  /** Whether incidents and actions are marked there. */
  annotations: boolean;
  promql: PromqlSettings;
}

type Given = Readonly<Record<string, string>>;

const TIME_SETTING = 'timestamp_header';
/** Grafana has no default; this is the name its documents give as an example. */
const USUAL_TIME_HEADER = 'x-grafana-alerting-timestamp';
const KNOWN = ['url', 'datasource', 'annotations', 'cleartext', TIME_SETTING, ...PROMQL_SETTINGS];
const EXAMPLE =
  'openclaw source add --name Grafana --type grafana --set url=https://grafana.example --secret api-token=env:GRAFANA_TOKEN';

/** Lower case. `required`: it was set, so that a signature without a time is none. */
export function timestampHeader(settings: Given): { header: string; required: boolean } {
  const set = settings[TIME_SETTING]?.trim().toLowerCase();
  return set ? { header: set, required: true } : { header: USUAL_TIME_HEADER, required: false };
}

/** Null: no `url`, so it only sends us alerts. Errors: UserError (usage) with the first problem. */
export function parseGrafanaSettings(settings: Given, secrets: Given): GrafanaSettings | null {
  checkTimestampHeader(settings);
  const address = parseApiAddress(settings, secrets, 'https://grafana.example');
  const ours = Object.keys(secrets).filter((name) => name.startsWith('api-'));
  if (address === null) {
    const stray = Object.keys(settings).find(
      (key) => isPromqlSetting(key) || KNOWN.slice(1, 3).includes(key),
    );
    if (stray !== undefined || ours.length > 0)
      throw usageError(`${stray ?? ours[0]} is for reading Grafana, and no address of it is given`, EXAMPLE);
    return null;
  }
  const unknown = Object.keys(settings).find((key) => !KNOWN.includes(key) && !isPromqlSetting(key));
  if (unknown !== undefined) {
    const near = nearest(unknown, KNOWN);
    throw usageError(
      `${quoted(unknown)} is no setting of a grafana source: ${near === null ? `it takes ${KNOWN.join(', ')}` : `did you mean ${near}?`}`,
      EXAMPLE,
    );
  }
  const other = ours.find((name) => name !== 'api-token');
  if (other !== undefined || ours.length === 0)
    throw usageError(
      other === undefined
        ? 'Grafana is read with a token of a service account, and none is given'
        : `${quoted(other)} is no secret of a grafana source`,
      '--secret api-token=env:GRAFANA_TOKEN',
    );
  const { datasource, annotations } = settings;
  if (datasource !== undefined && !isUid(datasource))
    throw usageError(
      `${quoted(datasource)} is no uid of a data source`,
      'it stands in the address of its page in Grafana',
    );
  if (annotations !== undefined && annotations !== 'yes' && annotations !== 'no')
    throw usageError(`annotations is yes or no, not ${quoted(annotations)}`, '--set annotations=no');
  return {
    address,
    datasource: datasource ?? null,
    annotations: annotations !== 'no',
    promql: parsePromqlSettings(settings),
  };
}

/** As Grafana makes and takes them. */
export function isUid(text: string): boolean {
  return /^[A-Za-z0-9_-]{1,40}$/.test(text);
}

function checkTimestampHeader(settings: Given): void {
  const { header } = timestampHeader(settings);
  if (!/^[a-z0-9-]{1,100}$/.test(header))
    throw usageError(
      `"${header}" is no name of a header`,
      `write it as in Grafana's contact point, HMAC Signature, Timestamp header: --set ${TIME_SETTING}=X-Grafana-Alerting-Timestamp`,
    );
}
