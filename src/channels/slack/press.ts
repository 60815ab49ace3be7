// What a button of ours carries, and what Slack tells of a click on it. Pure.
// https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
import { type Fields, fieldsOf, isFields, textOf } from '../../domain/fields.ts';
import type { Button } from '../../domain/message.ts';
import type { SlackSaid } from './events.ts';

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
export function click(body: Fields): SlackSaid | null {
  const [action] = Array.isArray(body.actions) ? body.actions : [];
  const user = fieldsOf(body.user);
  const container = fieldsOf(body.container);
  const shown = fieldsOf(body.message);
  if (body.type !== 'block_actions' || !isFields(action)) return null;
  const said = lineOf(textOf(action.action_id), textOf(action.value));
  const channel = textOf(container.channel_id);
  const userId = textOf(user.id);
  const triggerId = textOf(body.trigger_id);
  if (said === null || channel === '' || userId === '') return null;
  const ts = textOf(container.message_ts) || textOf(shown.ts);
  const thread = textOf(container.thread_ts);
  return {
    key: `click:${triggerId}`,
    team: textOf(user.team_id) || (isFields(body.team) ? textOf(body.team.id) : ''),
    user: userId,
    channel,
    threadTs: textOf(shown.thread_ts) || thread || ts || null,
    text: said.line,
    ...(said.about === undefined ? {} : { about: said.about }),
    pressed: {
      ts,
      ...(said.digest === undefined ? {} : { digest: said.digest }),
      ...(thread === '' && (textOf(shown.thread_ts) || ts) === ts ? { inRoom: true as const } : {}),
    },
    triggerId,
    bot: user.is_bot === true || textOf(body.bot_id) !== '' || userId.startsWith('B'),
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
