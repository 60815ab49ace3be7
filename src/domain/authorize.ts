// The one place that says who may do what. Every door asks it: chat, buttons, the command line.
import type { Principal } from './principal.ts';
import { parsePrincipalKey, principalKey } from './principal.ts';
import type { Refusal } from './refusal.ts';
import type { Contact } from './resource.ts';
import type { Risk } from './risk.ts';
import { isSlackPerson } from './slack-id.ts';
import { typedWord } from './typed-word.ts';

/** Reading and acknowledging is for any human; `approve` covers plans, closing, freeze and thaw. */
export type Action =
  | 'read'
  | 'acknowledge'
  | 'propose'
  | 'note'
  | 'approve'
  | 'deny'
  | 'close'
  | 'freeze'
  | 'thaw'
  | 'settle';

export interface Speaker {
  principal: Principal;
  bot: boolean;
  /** No person at the keyboard: a script. */
  unattended: boolean;
}

export interface AuthorizeFacts {
  contacts: readonly Contact[];
  /** Set for a decision on a plan. */
  plan?: {
    requester: Principal;
    twoPerson: boolean;
    risk: Risk;
    firstBy: string | null;
    /** Said where the plan was asked for, or where it is announced. */
    inDestination: boolean;
  };
}

export function authorize(action: Action, speaker: Speaker, facts: AuthorizeFacts): Refusal | null {
  const { principal, bot, unattended } = speaker;
  if (action === 'read') return null;
  if (bot) {
    return {
      why: 'bot',
      detail: `bots may read, never ${action}`,
      instead: 'ask a person in this room to type it',
    };
  }
  if (action === 'acknowledge' || action === 'propose' || action === 'note' || action === 'deny') return null;

  const contact = contactOf(principal, facts.contacts);
  const approvers = facts.contacts.filter(({ can }) => can.includes('approve'));
  if (approvers.length > 0 && !contact?.can.includes('approve')) {
    return {
      why: 'no-right',
      detail: `${whoIs(principal)} has no right to ${action}`,
      instead: `${whomToAsk(principal, approvers, facts)}, or: ${giveRight(principal, contact)}`,
    };
  }
  // Who sits at this machine's keyboard, or reads the room, is all there is to go by.
  if (approvers.length === 0 && facts.plan && !facts.plan.inDestination && principal.platform !== 'local') {
    return {
      why: 'not-here',
      detail: 'while nobody is a contact who can approve, only the people in its room may',
      instead: 'type it where the plan was asked for, or: openclaw contact add --can approve',
    };
  }
  // Freezing only ever makes things safer, so a script may.
  if (unattended && action !== 'freeze') {
    if (facts.plan?.risk === 'critical') {
      return {
        why: 'unattended-critical',
        detail: 'a critical plan is never approved without a person at a terminal',
        instead: 'type it in chat, or run this command in a terminal',
      };
    }
    if (!contact?.unattended) {
      return {
        why: 'unattended',
        detail: `there is no terminal, and ${principalKey(principal)} is not a contact with --unattended`,
        instead: 'openclaw contact edit NAME --unattended, or type it in chat',
      };
    }
  }
  if (action === 'approve' && facts.plan) return refuseSamePerson(principal, facts.plan, facts.contacts);
  return null;
}

function refuseSamePerson(
  principal: Principal,
  plan: NonNullable<AuthorizeFacts['plan']>,
  contacts: readonly Contact[],
): Refusal | null {
  if (!plan.twoPerson) return null;
  if (isSamePerson(principal, plan.requester, contacts)) {
    return {
      why: 'two-person',
      detail: 'this command needs two people: the one who asked cannot approve',
      instead: 'ask a second person to type /approve',
    };
  }
  if (plan.firstBy !== null && isSamePerson(principal, parsePrincipalKey(plan.firstBy), contacts)) {
    return {
      why: 'two-person',
      detail: 'this command needs two people: the second step is for somebody else',
      instead: 'ask another person to confirm',
    };
  }
  return null;
}

/** Also at another door, or after their workspace was moved: one contact is one person. */
function isSamePerson(one: Principal, other: Principal, contacts: readonly Contact[]): boolean {
  if (principalKey(one) === principalKey(other)) return true;
  const contact = contactOf(one, contacts);
  return contact !== null && contact === contactOf(other, contacts);
}

/** By platform and id, with or without the workspace. Never by name. */
export function contactOf(principal: Principal, contacts: readonly Contact[]): Contact | null {
  // An empty id would equal that of every contact without one.
  if (principal.userId === '') return null;
  const ids = [principal.userId, `${principal.workspace}:${principal.userId}`];
  return contacts.find((contact) => ids.includes(contact.ids[principal.platform] ?? '')) ?? null;
}

/** Of those who may: who can do it where it was typed. Of two people, not one who had a part in it. */
function whomToAsk({ platform }: Principal, approvers: readonly Contact[], { plan }: AuthorizeFacts): string {
  const had = plan?.twoPerson ? [plan.requester, parsePrincipalKey(plan.firstBy ?? '')] : [];
  const free = approvers.filter((one) => !had.some((who) => contactOf(who, [one])));
  const here = free.filter(({ ids }) => ids[platform] !== undefined);
  if (here.length > 0) return `ask ${namesOf(here)}`;
  const inSlack = free.filter(({ ids }) => ids.slack !== undefined);
  if (platform !== 'slack' && inSlack.length > 0) return `ask ${namesOf(inSlack)} in Slack`;
  const [first] = free;
  if (!first) return 'nobody else who may is a contact';
  return `${namesOf(free)} may once linked to this chat: openclaw contact edit ${typedWord(first.name)} ${linkFlag(first, platform)}`;
}

const namesOf = (contacts: readonly Contact[]): string => contacts.map(({ name }) => name).join(' or ');

/** Somebody with an address is asked there whether it is them. */
function linkFlag({ slackEmail }: Contact, platform: string): string {
  if (platform !== 'slack') return `--id ${platform}=ID`;
  return slackEmail === undefined ? '--slack U…' : `--slack-email ${typedWord(slackEmail)}`;
}

/** The whole line that gives somebody the right: an account that nobody knows becomes a contact by it. */
function giveRight({ platform, userId }: Principal, contact: Contact | null): string {
  if (contact) return `openclaw contact edit ${typedWord(contact.name)} --can approve`;
  // What is no plain id of its platform is not put into a line that somebody may paste.
  if (platform === 'slack' && isSlackPerson(userId))
    return `openclaw contact add --name NAME --slack ${userId} --can approve`;
  return 'openclaw contact edit NAME --can approve';
}

/** Who is called like somebody else has the id in their name already. */
function whoIs(principal: Principal): string {
  const { displayName, platform, userId } = principal;
  return displayName.endsWith(`(${platform}:${userId})`)
    ? displayName
    : `${displayName} (${principalKey(principal)})`;
}
