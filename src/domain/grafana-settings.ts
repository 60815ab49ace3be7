// Of Grafana's webhook contact point, what its operator chooses and we have to know.
import { usageError } from './errors.ts';

const TIME_SETTING = 'timestamp_header';
/** Grafana has no default; this is the name its documents give as an example. */
const USUAL_TIME_HEADER = 'x-grafana-alerting-timestamp';

/** Lower case. `required`: it was set, so that a signature without a time is none. */
export function timestampHeader(settings: Readonly<Record<string, string>>): {
  header: string;
  required: boolean;
} {
  const set = settings[TIME_SETTING]?.trim().toLowerCase();
  return set ? { header: set, required: true } : { header: USUAL_TIME_HEADER, required: false };
}

/** Errors: UserError where it is no name of a header. */
export function checkGrafanaSettings(settings: Readonly<Record<string, string>>): void {
  const { header } = timestampHeader(settings);
  if (!/^[a-z0-9-]{1,100}$/.test(header))
    throw usageError(
      `"${header}" is no name of a header`,
      `write it as in Grafana's contact point, HMAC Signature, Timestamp header: --set ${TIME_SETTING}=X-Grafana-Alerting-Timestamp`,
    );
}
