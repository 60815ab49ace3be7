// What Slack sends when somebody presses a button or sends a form, in the wire format of its documents.
import { type Posted, TEAM, type View } from './slack.ts';

export const SARAH = 'U1SARAH';

/** A click on a button of a message, as Slack tells of it. */
export function clickOn(
  message: Pick<Posted, 'channel' | 'ts' | 'thread_ts' | 'blocks'>,
  label: string,
  change: { user?: string; team?: string; trigger?: string; value?: string } = {},
): Record<string, unknown> {
  const button = buttonsOf(message).find(({ text }) => text.text === label);
  if (!button) throw new Error(`no button ${label} in ${JSON.stringify(buttonsOf(message))}`);
  const { user = SARAH, team = TEAM, trigger = `click.${Math.random()}` } = change;
  return {
    type: 'block_actions',
    trigger_id: trigger,
    team: { id: TEAM },
    user: { id: user, username: 'sarah', team_id: team },
    container: { type: 'message', message_ts: message.ts, channel_id: message.channel },
    message: { ts: message.ts, ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}) },
    actions: [{ type: 'button', action_id: button.action_id, value: change.value ?? button.value }],
    response_url: 'https://hooks.slack.com/actions/1/2',
  };
}

export function buttonsOf({ blocks }: Pick<Posted, 'blocks'>) {
  return blocks.flatMap((block) =>
    block.type === 'actions'
      ? (block.elements as { text: { text: string }; value: string; action_id: string }[])
      : [],
  );
}

/** A form that was filled in and sent. */
export function submission(
  view: View,
  written: string,
  change: { user?: string; team?: string; metadata?: string; id?: string } = {},
): Record<string, unknown> {
  const { user = SARAH, team = TEAM, metadata = view.private_metadata, id = view.id } = change;
  const value = { type: 'plain_text_input', value: written === '' ? null : written };
  return {
    type: 'view_submission',
    team: { id: TEAM },
    user: { id: user, username: 'sarah', team_id: team },
    trigger_id: 'submit.1',
    view: { ...view, id, private_metadata: metadata, state: { values: { written: { written: value } } } },
  };
}
