import type { AssessedStep, Assessment } from '../guardrails.ts';
import { typedWord } from '../typed-word.ts';
import { allow, refuse } from './assessment.ts';

/** Only to a replica that is known and is not the primary. */
export function assessFailover({ args, facts, service }: AssessedStep<'databases.failover'>): Assessment {
  const name = service ?? args.service;
  const to = args.to ?? facts.to;
  const status = `/metrics ${typedWord(name)}`;
  if (facts.replicas.length === 0) {
    return refuse('critical', 'no-replica', `${name} has no replica to fail over to`, status);
  }
  if (to === facts.primary) {
    return refuse(
      'critical',
      'already-primary',
      `${to} is the primary of ${name} already`,
      `/db-failover ${typedWord(name)}`,
    );
  }
  if (to === null || !facts.replicas.includes(to)) {
    return refuse(
      'critical',
      'not-a-replica',
      `${to === null ? 'no replica was chosen' : `${to} is not a replica of ${name}`}; there ${
        facts.replicas.length === 1 ? 'is' : 'are'
      } ${facts.replicas.slice(0, 10).join(', ')}`,
      `/db-failover ${typedWord(name)}`,
    );
  }
  return allow('critical', [`writes stop until ${to} has taken over from ${facts.primary}`]);
}
