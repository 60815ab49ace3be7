// What Slack hands us of what people did: stored first, and answered at once only where nothing is to be done.

import type { Spoken } from '../../domain/chat.ts';
import type { Form } from '../../domain/form.ts';
import type { Principal } from '../../domain/principal.ts';
import { redact } from '../../domain/redact.ts';
import { isSlackDirect } from '../../domain/slack-id.ts';
import type { SlackCall } from './calls.ts';
import type { Conversations } from './conversations.ts';
import { heardIn, type SlackSaid } from './events.ts';
import { modalOf, problemReply, type SlackSent, sentForm } from './form.ts';
import type { Order } from './in-order.ts';
import type { SlackOptions } from './slack.ts';
import type { EnvelopeReply } from './socket.ts';
import { typeableText } from './typeable.ts';
import type { Self } from './who-we-are.ts';

export interface Door extends SlackOptions {
  self: Self;
  /** As Slack says it now: of a workspace that was moved. */
  again(): Promise<Self>;
  call: SlackCall;
  conversations: Conversations;
  order: Order;
}

/** Of Slack's three seconds a look at the place is worth this much. */
export const LOOK_WITHIN_MS = 1000;
const STRANGER =
  'You are not of the workspace that openclaw works for, so nothing was done. Ask somebody in this conversation who is.';

/** Resolves once it is stored. */
export async function takeIn(type: string, body: unknown, door: Door): Promise<EnvelopeReply> {
  const { self, prefix = '', hear, forms, conversations, order } = door;
  const sent = type === 'interactive' ? sentForm(body) : null;
  if (sent) return takeForm(sent, door);
  const triggers = await door.triggers();
  const said = heardIn(type, body, { self: self.user, triggers });
  if (said === null) return undefined;
  // Another workspace's people may share a conversation; no right of ours is theirs.
  if (said.team !== self.team) {
    const again = await door.again();
    if (again.team === said.team) return takeIn(type, body, { ...door, self: again });
    if (said.pressed) await forms.turnAway(await spokenOf(said, door), STRANGER);
    return undefined;
  }
  if (said.slash && !(await order.soon(`in ${said.channel}`, () => conversations.isIn(said.channel), true)))
    return invite(typeableText(said.text, { inThread: false, triggers, prefix }));
  const spoken = await spokenOf(said, door);
  const form = said.pressed && !said.bot ? await forms.formFor(spoken) : null;
  const pressed = form && spoken.pressed ? { ...spoken.pressed, form: form.kind } : spoken.pressed;
  const isNew = await hear(pressed ? { ...spoken, pressed } : spoken);
  // Not waited for: it changes nothing, and Slack opens none after three seconds.
  if (form && isNew) void openForm(form, said, spoken.key, door);
  return undefined;
}

/** What is written in a form is a line like any other; what is surely wrong with it is said beside the field. */
async function takeForm(sent: SlackSent, { name, clock, forms }: Door): Promise<EnvelopeReply> {
  const { viewId, opener, written, team, user } = sent;
  const problem = await forms.formSent(
    { key: `${name}:form:${viewId}`, channel: name, opener, written, at: clock.now() },
    slackPerson(team, user),
  );
  return problem === null ? undefined : problemReply(problem);
}

/** A form that does not open leaves things as they are, and says so where it can. */
async function openForm(form: Form, said: SlackSaid, key: string, { call, log, name }: Door): Promise<void> {
  try {
    await call('views.open', {
      trigger_id: said.triggerId,
      view: modalOf(form, key),
    });
  } catch (error) {
    const why = redact(error instanceof Error ? error.message : String(error));
    log({ level: 'warn', event: 'form-not-opened', channel: name, error: why });
    const typed = form.kind === 'confirm' ? `approve ${form.approvalId} ${form.word}` : said.text.slice(1);
    await call('chat.postEphemeral', {
      channel: said.channel,
      user: said.user,
      ...(said.threadTs === null ? {} : { thread_ts: said.threadTs }),
      text: `The form did not open and nothing was done. Press again, or type in the thread: ${typed}`,
      parse: 'none',
      // There is nobody left to tell; they see that no form came.
    }).catch(() => {});
  }
}

function invite(text: string): EnvelopeReply {
  return {
    response_type: 'ephemeral',
    text: `openclaw is not in this conversation, so nothing was done. To let it in, type: /invite @openclaw\nThen type it again, or type it where openclaw is: ${text}`,
  };
}

async function spokenOf(said: SlackSaid, { name, clock, conversations, order }: Door): Promise<Spoken> {
  const { key, team, user, channel, threadTs, text, inThread, about, pressed, toUs, bot } = said;
  const placeOf = (ts: string) => `${channel}/${ts}`;
  return {
    key: `${name}:${key}`,
    principal: slackPerson(team, user),
    channel: name,
    place: channel,
    // Its id, where Slack does not say its name in time.
    conversation: await order.soon(`name ${channel}`, () => conversations.nameOf(channel), channel),
    threadRemoteId: threadTs === null ? null : placeOf(threadTs),
    text,
    ...(inThread === undefined ? {} : { inThread }),
    ...(about === undefined ? {} : { about }),
    ...(toUs ? { toUs } : {}),
    ...(isSlackDirect(channel) ? { direct: true as const } : {}),
    ...(pressed === undefined
      ? {}
      : {
          pressed: {
            remoteId: pressed.ts === '' ? null : placeOf(pressed.ts),
            ...(pressed.digest === undefined ? {} : { digest: pressed.digest }),
            ...(pressed.inRoom ? { inRoom: true as const } : {}),
          },
        }),
    at: clock.now(),
    bot,
    unattended: false,
  };
}

/** The names that Slack sends along are chosen by whoever bears them: nobody is called by them. */
function slackPerson(team: string, user: string): Principal {
  return { platform: 'slack', workspace: team, userId: user, displayName: user };
}
