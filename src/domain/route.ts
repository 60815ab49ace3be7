// Which route an alert takes: of those that match the one that asks for most, else the built-in one of its severity.
import { BUILT_IN_ROUTES } from './built-in.ts';
import type { AlertRoute } from './resource.ts';
import type { Severity } from './severity.ts';

export interface Routed {
  severity: Severity;
  service: string | null;
  labels: Record<string, string>;
}

/** `routes` are the enabled ones, in any order. Of two that ask for as much, the first by name. */
export function routeFor(alert: Routed, routes: readonly AlertRoute[]): AlertRoute {
  const bySpecificity = routes.toSorted(
    (one, other) => constraints(other) - constraints(one) || (one.name < other.name ? -1 : 1),
  );
  const found = [...bySpecificity, ...BUILT_IN_ROUTES].find((route) => matches(alert, route));
  if (!found) throw new Error(`no route for severity ${alert.severity}`);
  return found;
}

/** Critical opens an incident; warning and info only where a route says so. */
export function opensIncident(alert: Routed, route: AlertRoute): boolean {
  return route.incident ?? alert.severity === 'critical';
}

function matches(alert: Routed, route: AlertRoute): boolean {
  return (
    (route.severities.length === 0 || route.severities.includes(alert.severity)) &&
    (route.services.length === 0 || (alert.service !== null && route.services.includes(alert.service))) &&
    Object.entries(route.labels).every(([label, value]) => alert.labels[label] === value)
  );
}

function constraints({ severities, services, labels }: AlertRoute): number {
  return (severities.length > 0 ? 1 : 0) + (services.length > 0 ? 1 : 0) + Object.keys(labels).length;
}
