// What `channel add --type slack` is told, checked when it is added. Errors: UserError 'usage'.
import { usageError } from './errors.ts';
import { quoted } from './excerpt.ts';
import { isLoopback } from './loopback.ts';

type Given = Readonly<Record<string, string>>;

export interface SlackSettings {
  /** With a slash at its end. GovSlack has another one than https://slack.com/api/. */
  api: URL;
  /**
   * `socket`: we call Slack, and no address of ours need be public. `http`: Slack calls our own server, with signed
   * requests. Where both could be, Socket Mode is: it works behind any wall. `--set mode=http` says otherwise.
   */
  mode: (typeof MODES)[number];
  /** Under which Slack finds the daemon's server, in HTTP mode; null: not said. Without a slash at its end. */
  url: string | null;
  /** Addresses on them, by https, are links; all others are text. */
  linkHosts: ReadonlySet<string>;
  /** Before each slash command, where another app has its name: `acme-` makes `/acme-rollback`. Empty: none. */
  prefix: string;
}

const SLACK_API = 'https://slack.com/api/';
const MODES = ['socket', 'http'] as const;
const SETTINGS = ['api', 'mode', 'url', 'link-hosts', 'prefix', 'zone'];
const SOCKET = '--secret bot-token=env:SLACK_BOT_TOKEN --secret app-token=env:SLACK_APP_TOKEN';
const HTTP = '--secret bot-token=env:SLACK_BOT_TOKEN --secret signing-secret=env:SLACK_SIGNING_SECRET';
/** Any of them opens, so that a new one can be stored before Slack begins to use it. */
export const SIGNING_SECRETS = ['signing-secret', 'signing-secret-next'];
const SECRETS = ['bot-token', 'app-token', ...SIGNING_SECRETS];

export function parseSlackSettings(settings: Given, secrets: Given): SlackSettings {
  const strange = Object.keys(settings).find((name) => !SETTINGS.includes(name));
  if (strange !== undefined)
    throw usageError(`a slack channel has no setting ${quoted(strange)}`, `it has: ${SETTINGS.join(', ')}`);
  const unknown = Object.keys(secrets).find((name) => !SECRETS.includes(name));
  if (unknown !== undefined) throw usageError(`a slack channel has no secret ${quoted(unknown)}`, SOCKET);
  const api = apiOf(settings.api ?? SLACK_API);
  const url = settings.url === undefined ? null : publicAddress(settings.url);
  const linkHosts = hostsOf(settings['link-hosts'] ?? '');
  const prefix = commandPrefix(settings.prefix ?? '');
  const isSigned = SIGNING_SECRETS.some((name) => secrets[name] !== undefined);
  const mode = modeOf(settings.mode, secrets['app-token'] === undefined && isSigned);
  // Without any it is not connected yet: its messages appear in the terminal under its name.
  if (Object.keys(secrets).length === 0) return { api, mode, url, linkHosts, prefix };
  const example = mode === 'http' ? HTTP : SOCKET;
  if (secrets['bot-token'] === undefined)
    throw usageError('a slack channel needs the token of its bot user (it begins with xoxb-)', example);
  if (mode === 'http' && !isSigned)
    throw usageError(
      'in HTTP mode a slack channel needs the signing secret of the app ("Basic Information"), to know what is from Slack',
      HTTP,
    );
  if (mode === 'socket' && secrets['app-token'] === undefined)
    throw usageError(
      'a slack channel needs an app-level token with connections:write (it begins with xapp-), to hear what people type; or, where Slack calls this machine, the signing secret',
      `${SOCKET}; or ${HTTP}`,
    );
  return { api, mode, url, linkHosts, prefix };
}

/** https, and no more than a host and the path a proxy puts before ours. Errors: UserError 'usage'. */
export function publicAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (!url || !isSafe || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '')
    throw usageError(
      `${quoted(text)} is no address that Slack could call`,
      'the address of this daemon as Slack reaches it: https://ops.example.org',
    );
  return url.href.replace(/\/+$/, '');
}

/** Errors: UserError 'usage'. https://docs.slack.dev/interactivity/implementing-slash-commands: 32 characters in all. */
export function commandPrefix(text: string): string {
  if (!/^(?:[a-z0-9][a-z0-9_-]{0,19})?$/.test(text))
    throw usageError(
      `${quoted(text)} is no prefix of commands: lower-case letters, digits, - and _, at most 20`,
      'acme- makes /acme-rollback',
    );
  return text;
}

function modeOf(said: string | undefined, onlyHttp: boolean): SlackSettings['mode'] {
  const mode = MODES.find((each) => each === (said ?? (onlyHttp ? 'http' : 'socket')));
  if (mode === undefined)
    throw usageError(`mode is ${MODES.join(' or ')}, not ${quoted(said ?? '')}`, '--set mode=http');
  return mode;
}

/** `grafana.example.com,github.com` */
function hostsOf(text: string): ReadonlySet<string> {
  const hosts = text
    .split(',')
    .map((host) => host.trim().toLowerCase())
    .filter((host) => host !== '');
  const wrong = hosts.find((host) => !/^(?=.{1,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(host));
  if (wrong !== undefined)
    throw usageError(
      `${quoted(wrong)} is no host name`,
      '--set link-hosts=grafana.example.com,github.com: exact names, without https:// or *',
    );
  return new Set(hosts);
}

function apiOf(text: string): URL {
  const api = URL.canParse(text) ? new URL(text.endsWith('/') ? text : `${text}/`) : null;
  if (api === null || (api.protocol !== 'https:' && !(api.protocol === 'http:' && isLoopback(api.hostname))))
    throw usageError(`${quoted(text)} is no https address`, `--set api=${SLACK_API}, or leave it out`);
  return api;
}
