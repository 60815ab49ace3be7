// Who has an address in this workspace. https://docs.slack.dev/reference/methods/users.lookupByEmail
import { ToolError } from '../../domain/errors.ts';
import { isSlackPerson } from '../../domain/slack-id.ts';
import type { SlackCall } from './calls.ts';

/** Errors: ToolError 'failed' where it is nobody's, a bot's, or that of somebody in another workspace. */
export async function slackPerson(
  call: SlackCall,
  email: string,
): Promise<{ id: string; workspace: string }> {
  const { team_id: ours } = await call('auth.test', {});
  const { user } = await call('users.lookupByEmail', { email });
  const { id, team_id: team, deleted, is_bot: isBot } = (user ?? {}) as Record<string, unknown>;
  const refused = (why: string) => new ToolError('failed', `Slack (users.lookupByEmail): ${why}`);
  if (typeof id !== 'string' || !isSlackPerson(id)) throw refused('answered without a person');
  if (isBot === true || deleted === true) throw refused('that is no account of a person who can sign in');
  // Of a shared conversation: their own administrators decide what address they have.
  if (typeof team !== 'string' || team !== ours) throw refused('that account belongs to another workspace');
  return { id, workspace: team };
}
