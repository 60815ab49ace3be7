// Whose instructions hold: of the agents that look after such an incident the one that asks for most, else the one that is there
// from the start. Pure.
import { BUILT_IN_AGENT } from '../../domain/built-in.ts';
import type { Agent } from '../../domain/resource.ts';
import type { Severity } from '../../domain/severity.ts';

/** `about`: null where it is about no incident. */
export function agentFor(
  agents: readonly Agent[],
  about: { service: string | null; severity: Severity } | null,
): Agent {
  const rank = ({ services = [], severities = [] }: Agent) => 2 * services.length + severities.length;
  const fits = ({ services = [], severities = [] }: Agent) =>
    (services.length === 0 || (about?.service != null && services.includes(about.service))) &&
    (severities.length === 0 || (about !== null && severities.includes(about.severity)));
  const special = agents.filter((agent) => rank(agent) > 0 && fits(agent));
  // What names few asks for more than what names many.
  const [best] = special.sort((a, b) => Number(isOfService(b)) - Number(isOfService(a)) || rank(a) - rank(b));
  return best ?? agents.find(({ name }) => name === BUILT_IN_AGENT.name) ?? BUILT_IN_AGENT;
}

function isOfService({ services = [] }: Agent): boolean {
  return services.length > 0;
}
