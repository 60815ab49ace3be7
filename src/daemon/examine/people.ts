import { contactOf } from '../../domain/authorize.ts';
import { type Finding, ok, warn } from '../../domain/finding.ts';
import { shellQuote } from '../../resources/shell-quote.ts';
import type { Examination } from '../examine.ts';

/** Who may approve, and whether who asks is one of them. */
export function examinePeople({ all, person }: Examination): Finding[] {
  const contacts = all('contact').map(({ spec }) => spec);
  const approvers = contacts.filter(({ can }) => can.includes('approve'));
  if (approvers.length === 0) {
    return [
      warn(
        'approvals',
        'no contact may approve, so any person in the room may',
        'openclaw contact add --name NAME --id slack=USER_ID --can approve',
      ),
    ];
  }
  const you = contactOf(person, contacts);
  // A right is of an account: whoever has none yet, or has not confirmed it, can use it nowhere.
  const known = approvers.filter(({ ids }) => Object.keys(ids).length > 0);
  const unknown = approvers.filter((each) => !known.includes(each));
  const names = known.map(({ name }) => name).join(', ');
  return [
    ...unknown.map(({ name, slackEmail }) =>
      warn(
        'approvals',
        `${name} may approve, and no account is known to be theirs${slackEmail === undefined ? '' : `: the one of ${slackEmail} is still to confirm it`}`,
        slackEmail === undefined
          ? `openclaw contact edit ${shellQuote(name)} --id slack=USER_ID`
          : `they type in Slack: /confirm ${name}`,
      ),
    ),
    ...(known.length === 0
      ? []
      : [ok('approvals', `${names} may approve; here you are ${you ? you.name : 'nobody they know'}`)]),
  ];
}
