// The app manifest that makes a Slack app of the stored commands: one paste sets up scopes, events, commands and buttons.
// https://docs.slack.dev/reference/app-manifest
import { COMMANDS_MAX, registered, type SlashCommand } from '../../domain/slack-command.ts';

const DESCRIPTION_MAX = 140;
const USAGE_MAX = 1000;
const APP_NAME = 'openclaw';

/** What we call, and why. */
export const SCOPES = [
  'app_mentions:read',
  'channels:history',
  'channels:manage',
  'channels:read',
  'chat:write',
  'commands',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'pins:write',
  'usergroups:read',
  'users:read',
  'users:read.email',
];
const EVENTS = [
  'app_mention',
  'channel_archive',
  'channel_rename',
  'channel_unarchive',
  'group_archive',
  'group_rename',
  'group_unarchive',
  'message.channels',
  'message.groups',
  'message.im',
];

/** `requestUrl`: where Slack sends all that people say; null: by Socket Mode. */
export function slackManifest(
  commands: readonly SlashCommand[],
  { prefix, requestUrl }: { prefix: string; requestUrl: string | null },
) {
  const where = requestUrl === null ? {} : { request_url: requestUrl };
  return {
    display_information: {
      name: APP_NAME,
      description: 'Incidents: alerts, plans, approvals and what became of them',
    },
    features: {
      app_home: { messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: APP_NAME, always_online: true },
      slash_commands: commands.slice(0, COMMANDS_MAX).map(({ trigger, description, usage }) => ({
        command: registered(trigger, prefix),
        ...(requestUrl === null ? {} : { url: requestUrl }),
        description: cut(description, DESCRIPTION_MAX),
        ...(usage === '' ? {} : { usage_hint: cut(usage, USAGE_MAX) }),
        // People and rooms come by their ids.
        should_escape: true,
      })),
    },
    oauth_config: { scopes: { bot: SCOPES } },
    settings: {
      event_subscriptions: { ...where, bot_events: EVENTS },
      interactivity: { is_enabled: true, ...where },
      org_deploy_enabled: false,
      socket_mode_enabled: requestUrl === null,
      token_rotation_enabled: false,
    },
  };
}

function cut(text: string, max: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= max ? line : `${line.slice(0, max - 1).trimEnd()}…`;
}
