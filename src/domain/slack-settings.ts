// What `channel add --type slack` is told, checked when it is added. Errors: UserError 'usage'.
import { usageError } from './errors.ts';
import { quoted } from './excerpt.ts';
import { isLoopback } from './loopback.ts';

type Given = Readonly<Record<string, string>>;

export interface SlackSettings {
  /** With a slash at its end. GovSlack has another one than https://slack.com/api/. */
  api: URL;
  /** Addresses on them, by https, are links; all others are text. */
  linkHosts: ReadonlySet<string>;
}

const SLACK_API = 'https://slack.com/api/';
const EXAMPLE = '--secret bot-token=env:SLACK_BOT_TOKEN --secret app-token=env:SLACK_APP_TOKEN';
const SETTINGS = ['api', 'link-hosts'];
const SECRETS = ['bot-token', 'app-token'];

export function parseSlackSettings(settings: Given, secrets: Given): SlackSettings {
  const strange = Object.keys(settings).find((name) => !SETTINGS.includes(name));
  if (strange !== undefined)
    throw usageError(`a slack channel has no setting ${quoted(strange)}`, `it has: ${SETTINGS.join(', ')}`);
  const unknown = Object.keys(secrets).find((name) => !SECRETS.includes(name));
  if (unknown !== undefined) throw usageError(`a slack channel has no secret ${quoted(unknown)}`, EXAMPLE);
  // Without any it is not connected yet: its messages appear in the terminal under its name.
  const given = Object.keys(secrets).length > 0;
  for (const name of SECRETS)
    if (given && secrets[name] === undefined)
      throw usageError(
        name === 'bot-token'
          ? 'a slack channel needs the token of its bot user (it begins with xoxb-)'
          : 'a slack channel needs an app-level token with connections:write (it begins with xapp-), to hear what people type',
        EXAMPLE,
      );
  return { api: apiOf(settings.api ?? SLACK_API), linkHosts: hostsOf(settings['link-hosts'] ?? '') };
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
