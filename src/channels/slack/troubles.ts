// What Slack refuses, as trouble of the token, of a scope or of one conversation; each said when it begins, when it becomes
// another, and when it is over.
import type { ChannelAdapter, OutgoingPost } from '../../domain/channel.ts';
import type { ChannelTrouble, SayTrouble } from '../../domain/channel-trouble.ts';
import type { Call } from '../../domain/tool.ts';
import { type SlackAnswer, type SlackCall, SlackError } from './calls.ts';
import { renamedFix, roomOf } from './check-rooms.ts';
import type { Conversations } from './conversations.ts';
import { hintFor, isBesides, isMoving, isOfOldToken, isOfPerson, isOfRoom, isOfToken } from './reasons.ts';
import type { RoomWatch } from './room-watch.ts';

export interface Troubles {
  /** Nothing where the error is no trouble that lasts. */
  ofCall(method: string, error: unknown): void;
  ofRoom(conversation: string, error: unknown): void;
  /** `room` is what it is called with us, `now` what Slack calls it. */
  ofRenamed(room: string, now: string): void;
  /** Of what people say: a refused token, or a connection that does not come about. */
  ofHearing(why: SlackError | string): void;
  /** Of a request to our own address: whether its signature fits. */
  ofSignature(fits: boolean): void;
  over(about: string): void;
}

export const BOT_TOKEN = 'bot-token';
export const APP_TOKEN = 'app-token';
export const HEARING = 'hearing';
const ARCHIVED = 'is_archived';
const SIGNATURE = 'signing-secret';
/** Anybody may call a public address once; Slack sends what is refused three times more. */
const MISFITS = 3;
export const SCOPE = 'scope ';
/** Before the name that a room had. What is posted there still arrives, so it is another trouble than one of the room. */
export const RENAMED = 'name of ';

export function createTroubles(channel: string, say: SayTrouble): Troubles {
  /** Undefined: never spoken of in this life; what an earlier one found may be over. */
  const said = new Map<string, string | null>();

  let misfits = 0;

  function tell(about: string, trouble: ChannelTrouble | null): void {
    const now = trouble?.text ?? null;
    if (said.get(about) === now) return;
    said.set(about, now);
    say(about, trouble);
  }

  return {
    ofCall(method, error) {
      if (!(error instanceof SlackError) || error.reason === null) return;
      const { reason, needed } = error;
      if (isOfToken(reason)) tell(BOT_TOKEN, ofToken(channel, reason, method));
      else if (reason === 'missing_scope')
        tell(`${SCOPE}${needed ?? method}`, {
          text: `the app lacks the scope ${needed ?? `for ${method}`} in ${channel}: what needs it is not done`,
          fix: `${hintFor(reason, method) ?? ''}: openclaw channel test ${channel} names all that are missing`,
          passing: false,
          ...(isBesides(method) ? { mild: true } : {}),
        });
    },
    ofRoom(conversation, error) {
      if (!(error instanceof SlackError) || error.reason === null || !isOfRoom(error.reason)) return;
      const { reason } = error;
      // Lists leave archived rooms out, so one that is known to be archived is soon not found either.
      const isArchived = said.get(conversation)?.includes(`(${ARCHIVED})`);
      if (reason === 'channel_not_found' && isArchived) return;
      tell(conversation, {
        text: `${conversation} in ${channel} takes no messages (${reason}): what is for it does not arrive`,
        fix: `${hintFor(reason, 'chat.postMessage') ?? 'ask an administrator of the workspace'}; then: openclaw channel test ${channel}`,
        passing: false,
      });
    },
    ofRenamed(room, now) {
      tell(`${RENAMED}${room}`, {
        text: `${room} in ${channel} is called ${now} now: what is for it arrives there until openclaw starts anew, and then nowhere`,
        fix: renamedFix(room, now),
        passing: false,
        mild: true,
      });
    },
    ofHearing(why) {
      if (why instanceof SlackError && why.reason !== null && isOfToken(why.reason))
        tell(APP_TOKEN, {
          text: `${channel} refuses the app-level token (${why.reason}): what people type and click there is not heard`,
          fix: tokenFix(channel, why.reason, 'apps.connections.open'),
          passing: isMoving(why.reason),
        });
      else
        tell(HEARING, {
          text: `${channel} is not connected: what people type and click there is not heard`,
          fix: `it is tried again all the time; is the network there? openclaw channel test ${channel}`,
          passing: true,
        });
    },
    ofSignature(fits) {
      misfits = fits ? 0 : misfits + 1;
      if (fits) tell(SIGNATURE, null);
      else if (misfits >= MISFITS)
        tell(SIGNATURE, {
          text: `requests come to the address of ${channel} whose signature does not fit the signing secret, so what people type and click there may not be heard`,
          fix: `compare it with "Signing Secret" under "Basic Information" of the app: openclaw channel edit ${channel} --secret signing-secret=env:NAME; where it is right, somebody else calls that address`,
          passing: false,
        });
    },
    over: (about) => tell(about, null),
  };
}

function ofToken(channel: string, reason: string, method: string): ChannelTrouble {
  return {
    text: `${channel} refuses the bot token (${reason}): nothing is posted there, and pages go by the next channel`,
    fix: tokenFix(channel, reason, method),
    passing: isMoving(reason),
  };
}

/** A new token is read at the start alone: the test reads it where it is typed, and would find all well before that. */
function tokenFix(channel: string, reason: string, method: string): string {
  const where = isOfOldToken(reason)
    ? `; put the token where the daemon reads it (openclaw channel show ${channel}) and start the daemon again`
    : '';
  return `${hintFor(reason, method) ?? ''}${where}; then: openclaw channel test ${channel}`;
}

/** Each call tells of the token and the scopes, whatever it was made for. */
export function watchedCall(call: SlackCall, troubles: Troubles): SlackCall {
  return async (method, args, signal) => {
    try {
      const answer = await call(method, args, signal);
      troubles.over(BOT_TOKEN);
      return answer;
    } catch (error) {
      troubles.ofCall(method, error);
      throw error;
    }
  };
}

/** Each post tells of its conversation. */
export function watchedChannel(
  channel: ChannelAdapter,
  {
    call,
    conversations,
    troubles,
    watch,
  }: { call: SlackCall; conversations: Conversations; troubles: Troubles; watch(): Promise<RoomWatch> },
): ChannelAdapter {
  return {
    ...channel,
    async send(post, options: Call) {
      try {
        const sent = await channel.send(post, options);
        troubles.over(post.conversation);
        return sent;
      } catch (error) {
        if (!isOfReaderAlone(post, error)) troubles.ofRoom(post.conversation, error);
        throw error;
      }
    },
    async recheck(abouts) {
      const { response_metadata: meta } = await call('auth.test', {});
      const scopes = (meta as { scopes?: string[] } | undefined)?.scopes ?? [];
      for (const about of abouts) {
        if (about.startsWith(SCOPE)) {
          const needed = about.slice(SCOPE.length).split(',');
          if (needed.some((scope) => scopes.includes(scope))) troubles.over(about);
        } else if (await (await watch()).isOver(about)) troubles.over(about);
        else if (/^[#CDGUW]/.test(about)) {
          const state = await stateOf(about, call, conversations);
          if (state === 'open') troubles.over(about);
          // It was archived, and what is to be done about it is another thing now.
          else if (state === 'not in it') troubles.ofRoom(about, refusalOf(about, 'not_in_channel'));
        }
      }
    },
  };
}

/** What one person alone would be shown in a room, and they cannot be: the room takes what is for all. */
function isOfReaderAlone({ message }: OutgoingPost, error: unknown): boolean {
  return (
    message.onlyTo !== undefined &&
    error instanceof SlackError &&
    error.reason !== null &&
    isOfPerson(error.reason)
  );
}

/** As Slack would refuse a post there. */
export function refusalOf(room: string, reason: 'is_archived' | 'not_in_channel'): SlackError {
  return new SlackError('failed', `${room} takes no messages: ${reason}`, { cause: undefined, reason });
}

/** Of a person: whether they can be written to. */
async function stateOf(
  conversation: string,
  call: SlackCall,
  conversations: Conversations,
): Promise<'open' | 'not in it' | 'closed'> {
  try {
    conversations.forget(conversation);
    const id = await conversations.idOf(conversation);
    if (!/^[CG]/.test(id)) return 'open';
    const { channel } = await call('conversations.info', { channel: id });
    const { archived, member } = roomOf((channel ?? {}) as SlackAnswer);
    if (archived) return 'closed';
    return member ? 'open' : 'not in it';
  } catch (error) {
    if (error instanceof SlackError) return 'closed';
    throw error;
  }
}
