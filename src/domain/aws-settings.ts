// The settings of an `aws` source: which region, and as whom it is asked. Credentials are never among them.
import { usageError } from './errors.ts';
import { quoted } from './excerpt.ts';
import { isLoopback } from './loopback.ts';
import { nearest } from './similar.ts';

export interface AwsSettings {
  region: string;
  /** Of ~/.aws/config. Null: the SDK's own chain (environment, profile "default", container, instance). */
  profile: string | null;
  /** ARN of a role that is assumed with those credentials. */
  role: string | null;
  /** Asked instead of AWS itself: a proxy, or a stand-in. */
  endpoint: string | null;
  /** The user of caches that ask for one; its password is the secret `cache-auth`. */
  cacheUser: string | null;
  /** Set: the source is this one machine of EC2 and its disks, by Systems Manager. */
  machine?: string;
  /** Set: the kernels of machines are asked about kills for memory, by Systems Manager, once a minute. */
  oom?: 'ssm';
}

type Given = Readonly<Record<string, string>>;

const KNOWN = ['region', 'profile', 'role', 'endpoint', 'cache-user', 'machine', 'oom'];
const SECRETS = ['cache-auth'];

/** `eu-west-1`, `us-gov-east-1`, `ap-southeast-5` */
const REGION = /^[a-z]{2,8}(-[a-z]+)+-\d{1,2}$/;
const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;

/**
 * Asked when the source is added and again when it starts. `fallbackRegion`: what AWS_REGION says, where the
 * settings name none. Errors: UserError (usage) with the first problem.
 */
export function parseAwsSettings(settings: Given, fallbackRegion?: string): AwsSettings {
  const other = Object.keys(settings).find((key) => !KNOWN.includes(key));
  if (other !== undefined) {
    const near = nearest(other, KNOWN);
    throw usageError(
      `${quoted(other)} is no setting of an AWS source: ${near === null ? `it takes ${KNOWN.join(', ')}` : `did you mean ${near}?`}`,
      '--set region=eu-west-1',
    );
  }
  const region = settings.region ?? fallbackRegion;
  if (region === undefined || region === '')
    throw usageError(
      'an AWS source needs its region: services of other regions are other services',
      '--set region=eu-west-1, or AWS_REGION in the environment',
    );
  if (!REGION.test(region))
    throw usageError(`${quoted(region)} is no region of AWS`, '--set region=eu-west-1');
  const { profile = null, role = null, endpoint = null } = settings;
  if (profile !== null && !/^[\w.@+:/-]{1,128}$/.test(profile))
    throw usageError(`${quoted(profile)} is no name of a profile`, '--set profile=production');
  if (role !== null && !ROLE.test(role))
    throw usageError(
      `${quoted(role)} is no ARN of a role`,
      '--set role=arn:aws:iam::123456789012:role/openclaw',
    );
  if (endpoint !== null) checkEndpoint(endpoint);
  const { machine } = settings;
  if (machine !== undefined && !/^m?i-[0-9a-f]{8,17}$/.test(machine))
    throw usageError(`${quoted(machine)} is no id of a machine`, '--set machine=i-0123456789abcdef0');
  const { oom } = settings;
  if (oom !== undefined && oom !== 'ssm')
    throw usageError(`${quoted(oom)} is no way to learn of kills for memory`, '--set oom=ssm');
  return {
    region,
    profile,
    role,
    endpoint,
    cacheUser: settings['cache-user'] ?? null,
    ...(machine === undefined ? {} : { machine }),
    ...(oom === undefined ? {} : { oom }),
  };
}

/** Errors: UserError (usage) for a secret nobody reads: keys of AWS belong into its own chain. */
export function checkAwsSecrets(secrets: Given): void {
  const other = Object.keys(secrets).find((name) => !SECRETS.includes(name));
  if (other !== undefined)
    throw usageError(
      `an AWS source has no secret ${quoted(other)}: its credentials come from the environment, a profile or a role, as for the aws command`,
      `--set profile=production, or --set role=arn:aws:iam::123456789012:role/openclaw; for the password of caches: --secret ${SECRETS.join(', ')}=env:NAME`,
    );
}

function checkEndpoint(text: string): void {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw usageError(`${quoted(text)} is no address`, '--set endpoint=https://aws-proxy.example.org');
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw usageError(`what is sent to ${url.host} could be read on the way`, '--set endpoint=https://...');
  if (url.username !== '' || url.password !== '')
    throw usageError(
      'a user or password in an address is shown wherever the address is',
      '--set endpoint=https://aws-proxy.example.org',
    );
}
