// Buttons and a form, in a chat that has them.
import { type Flow, type Move, minutes, seconds } from './flow.ts';

const MIKE = { user: '@mike', room: '#ops-alerts' };

/** A yes by a button, a no that comes too late, and a form: the card that asked follows, whatever dies in between. */
export const PRESSED: Flow = {
  name: 'pressed in a chat',
  script: [
    { at: 0, kind: 'say', ...MIKE, text: '/db-failover orders-db' },
    pressed(10, '/approve 1'),
    // It only opens the form; what is written there is the next line.
    pressed(20, '/approve 1', { form: 'confirm' }),
    pressed(25, '/approve 1 orders-db'),
    pressed(60, '/deny 1'),
  ],
  endsAt: minutes(3),
  says: 'plan #1 is no longer waiting',
  effects: ['databases.failover'],
};

/** A button of the card that is the first post. */
function pressed(at: number, text: string, more: { form?: 'confirm' } = {}): Move {
  return { at: seconds(at), kind: 'say', ...MIKE, text, pressed: { remoteId: 'slack-1', ...more } };
}
