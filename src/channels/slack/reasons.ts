// What Slack's refusals mean: what became of the call, whose matter it is, and what to do. Pure.
// https://docs.slack.dev/reference/methods, "Errors" of each
import type { Mendable, ToolOutcome } from '../../domain/errors.ts';

/** Slack says itself that part of it may have been done, or that it does not know. */
const IN_DOUBT = new Set(['internal_error', 'fatal_error', 'request_timeout', 'service_unavailable']);
/** The workspace is being moved into an organisation: it comes back by itself. */
const MOVING = new Set(['team_added_to_org', 'org_login_required']);
/** Surely not done, and over by itself. */
const PASSING = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded', ...MOVING]);

const INSTALL = 'install the app to the workspace again';

/** What to do about what Slack refuses. */
const HINTS: Readonly<Record<string, string>> = {
  invalid_auth: 'the bot token is not valid: copy it again from "OAuth & Permissions" of the app',
  not_authed: 'the bot token is empty',
  account_inactive: `the bot was removed: ${INSTALL}`,
  token_revoked: `the token was revoked: ${INSTALL}, and copy its new token`,
  token_expired: 'the token has expired: copy the new one from "OAuth & Permissions" of the app',
  not_allowed_token_type: 'it is a token of another kind: the one of the bot user begins with xoxb-',
  no_permission: `the app may not do that in this workspace: ${INSTALL}, or ask its administrators`,
  access_denied: 'the workspace refuses the app: ask its administrators to approve it',
  ekm_access_denied: 'the administrators of the workspace have suspended it (encryption keys): ask them',
  accesslimited:
    'the app is not let in from this address: add it under "OAuth & Permissions", "Restrict API Token Usage"',
  enterprise_is_restricted: `the workspace is part of an organisation now, and the app is not let in there: ask an administrator of the organisation to approve it, and ${INSTALL}`,
  team_access_not_granted: `the token has no access to this workspace (any more): ask an administrator of the organisation to add the app to it, and ${INSTALL}`,
  team_added_to_org: 'the workspace is being moved into an organisation: it comes back by itself',
  org_login_required: 'the workspace is being moved into an organisation: it comes back by itself',
  missing_scope: 'the app lacks a scope: add it under "OAuth & Permissions" and install the app again',
  not_in_channel: 'the app is not in the conversation: /invite it there',
  channel_not_found:
    'the app sees no such conversation: /invite it where that is private, unarchive it, or name the one that is meant',
  is_archived: 'the conversation is archived: unarchive it, or name another one',
  restricted_action: 'the workspace does not let apps post there',
  cant_invite_self: 'it is there already',
  users_not_found: 'no account of this workspace has that address',
  too_many_pins: 'the conversation has as many pins as Slack keeps: unpin old ones there',
  user_not_found: 'there is no such person in this workspace: correct their id with openclaw contact edit',
  user_disabled: 'their account is closed: openclaw contact edit',
  messages_tab_disabled: 'the app takes no messages: turn its "Messages Tab" on under "App Home"',
};

const APP_TOKEN_HINT =
  'make an app-level token with connections:write under "Basic Information" of the app, and store it as app-token';

export function outcomeOf(reason: string): ToolOutcome {
  if (PASSING.has(reason)) return 'retry';
  return IN_DOUBT.has(reason) ? 'unknown' : 'failed';
}

export function hintFor(reason: string, method: string): string | undefined {
  // The app-level token is another one, made elsewhere.
  const isOfAppToken = reason === 'missing_scope' || (isOfToken(reason) && !MOVING.has(reason));
  if (method === 'apps.connections.open' && isOfAppToken) return APP_TOKEN_HINT;
  return HINTS[reason];
}

const OF_OLD_TOKEN = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
]);

const OF_TOKEN = new Set([
  ...OF_OLD_TOKEN,
  'no_permission',
  'access_denied',
  'ekm_access_denied',
  'accesslimited',
  'enterprise_is_restricted',
  'team_access_not_granted',
  ...MOVING,
]);

/** Nothing works with this token, whatever is asked for. */
export function isOfToken(reason: string): boolean {
  return OF_TOKEN.has(reason);
}

/** Only another token helps. */
export function isOfOldToken(reason: string): boolean {
  return OF_OLD_TOKEN.has(reason);
}

export function isMoving(reason: string): boolean {
  return MOVING.has(reason);
}

const BESIDES = new Set([
  'pins.add',
  'files.getUploadURLExternal',
  'files.completeUploadExternal',
  'conversations.setTopic',
  'conversations.archive',
  'users.lookupByEmail',
]);

/** Nobody misses a page, an answer or a line of a thread without it: nothing to wake somebody for. */
export function isBesides(method: string): boolean {
  return BESIDES.has(method);
}

const OF_PERSON = new Set(['user_not_found', 'user_disabled', 'cannot_dm_bot', 'messages_tab_disabled']);

/** Of who is written to, whatever room they are shown it in. */
export function isOfPerson(reason: string): boolean {
  return OF_PERSON.has(reason);
}

const OF_ROOM = new Set([
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'restricted_action',
  'restricted_action_read_only_channel',
  'restricted_action_thread_only_channel',
  'restricted_action_non_threadable_channel',
  ...OF_PERSON,
]);

/** Of one conversation, or one person; the others go on. */
export function isOfRoom(reason: string): boolean {
  return OF_ROOM.has(reason);
}

/** A person puts it right, and what was refused can be asked again. Undefined: nobody can. */
export function mendableOf(reason: string): Mendable | undefined {
  if (isOfToken(reason)) return 'access';
  if (reason === 'missing_scope') return 'right';
  return isOfRoom(reason) ? 'room' : undefined;
}
