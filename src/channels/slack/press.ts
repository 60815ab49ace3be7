// What a button of ours carries, and what Slack tells of a click on it. Pure.
// https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
import type { Button } from '../../domain/message.ts';
import type { SlackSaid } from './events.ts';

type Body = Readonly<Record<string, unknown>>;

const DECIDES = /^plan\.(approve|deny)\.([0-9a-f]{64})\./;
const SAYS = /^say\.(?:in\.(\d{1,9})\.)?/;

/**
 * A button that decides carries the plan's number; which way, and of which bytes, stands in its name. Any other carries
 * what a person would type.
 */
export function carriedBy(
  { command, plan, incidentId }: Button,
  place: string,
): { value: string; action_id: string } {
  const verb = /^\/(approve|deny) \d/.exec(command)?.[1];
  const digest = /^(?:sha256:)?([0-9a-f]{64})$/.exec(plan?.digest ?? '')?.[1];
  if (plan && verb && digest) return { value: `${plan.id}`, action_id: `plan.${verb}.${digest}.${place}` };
  return { value: command, action_id: `say.${incidentId === undefined ? '' : `in.${incidentId}.`}${place}` };
}

/** Null: it is no click on one of ours. */
export function click(body: Body): SlackSaid | null {
  const [action] = Array.isArray(body.actions) ? body.actions : [];
  const user = isBody(body.user) ? body.user : {};
  const container = isBody(body.container) ? body.container : {};
  const shown = isBody(body.message) ? body.message : {};
  if (body.type !== 'block_actions' || !isBody(action)) return null;
  const said = lineOf(text(action.action_id), text(action.value));
  const channel = text(container.channel_id);
  const userId = text(user.id);
  const triggerId = text(body.trigger_id);
  if (said === null || channel === '' || userId === '') return null;
  const ts = text(container.message_ts) || text(shown.ts);
  return {
    key: `click:${triggerId}`,
    team: text(user.team_id) || (isBody(body.team) ? text(body.team.id) : ''),
    user: userId,
    userName: text(user.username) || text(user.name) || userId,
    channel,
    threadTs: text(shown.thread_ts) || text(container.thread_ts) || ts || null,
    text: said.line,
    ...(said.about === undefined ? {} : { about: said.about }),
    pressed: { ts, ...(said.digest === undefined ? {} : { digest: said.digest }) },
    triggerId,
    bot: user.is_bot === true || text(body.bot_id) !== '' || userId.startsWith('B'),
  };
}

interface Line {
  line: string;
  digest?: string;
  about?: number;
}

function lineOf(actionId: string, value: string): Line | null {
  const decides = DECIDES.exec(actionId);
  if (decides)
    return /^\d{1,9}$/.test(value)
      ? { line: `/${decides[1]} ${value}`, digest: `sha256:${decides[2]}` }
      : null;
  const says = SAYS.exec(actionId);
  if (!says || !value.startsWith('/')) return null;
  return { line: value, ...(says[1] === undefined ? {} : { about: Number(says[1]) }) };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
