// Whose instructions hold: of the agents that look after such an incident the one that asks for most, else the one that is there
// from the start. Pure.
import { BUILT_IN_AGENT } from './built-in.ts';
import type { Agent } from './resource.ts';
import type { Severity } from './severity.ts';

/** `about`: null where it is about no incident. */
export function agentFor(
  agents: readonly Agent[],
  about: { service: string | null; severity: Severity } | null,
): Agent {
  const fits = ({ services = [], severities = [] }: Agent) =>
    (services.length === 0 || (about?.service != null && services.includes(about.service))) &&
    (severities.length === 0 || (about !== null && severities.includes(about.severity)));
  const special = agents.filter((agent) => asksFor(agent) > 0 && fits(agent));
  const [best] = special.sort((a, b) => asksFor(b) - asksFor(a) || namesOf(a) - namesOf(b));
  return best ?? agents.find(({ name }) => name === BUILT_IN_AGENT.name) ?? BUILT_IN_AGENT;
}

/** A service asks for more than a severity, both for most. */
function asksFor({ services = [], severities = [] }: Agent): number {
  return (services.length > 0 ? 2 : 0) + (severities.length > 0 ? 1 : 0);
}

/** What names few asks for more than what names many. */
function namesOf({ services = [], severities = [] }: Agent): number {
  return services.length + severities.length;
}
