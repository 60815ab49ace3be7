// The seed: rolling by default, full only when asked for, databases never.
import type { AssessedStep, Assessment, GuardrailFacts } from '../guardrails.ts';
import { typedWord } from '../typed-word.ts';
import { allow, isDatabase, refuse } from './assessment.ts';

export function assessRestart(
  { args, facts, service, instances }: AssessedStep<'services.restart'>,
  context: GuardrailFacts,
): Assessment {
  const name = typedWord(service ?? args.service);
  const risk = args.mode === 'rolling' ? 'routine' : 'disruptive';
  if (isDatabase(context)) {
    return refuse(
      'critical',
      'database-restart',
      `${name} is a database: restarting it drops every connection and may lose what is not written`,
      `/db-failover ${name}`,
    );
  }
  if (args.mode === 'full') return allow(risk, ['full: all instances at once, expect downtime']);
  const running = instances ?? facts.instances.length;
  if (running === 0) return allow(risk, ['no instance is running now']);
  return allow(risk, running === 1 ? ['one instance: expect downtime'] : []);
}
