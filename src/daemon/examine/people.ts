import { contactOf } from '../../domain/authorize.ts';
import { type Finding, ok, warn } from '../../domain/finding.ts';
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
  const names = approvers.map(({ name }) => name).join(', ');
  return [ok('approvals', `${names} may approve; here you are ${you ? you.name : 'nobody they know'}`)];
}
