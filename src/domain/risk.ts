export const RISKS = ['read', 'notify', 'routine', 'disruptive', 'critical'] as const;
export type Risk = (typeof RISKS)[number];

export function worstRisk(risks: readonly Risk[]): Risk {
  return risks.reduce((worst, risk) => (RISKS.indexOf(risk) > RISKS.indexOf(worst) ? risk : worst), 'read');
}

/** How long an approval waits before silence counts as no. A second person has to be found first. */
export function approvalWindowMs(risk: Risk, options: { twoPerson: boolean }): number {
  if (options.twoPerson) return 15 * 60_000;
  return risk === 'critical' ? 5 * 60_000 : 10 * 60_000;
}
