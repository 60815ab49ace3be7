// The route that most scenes have: what is critical, to the one room.

export const criticalRoute = {
  name: 'Critical',
  severities: ['critical' as const],
  services: [],
  labels: {},
  to: '#ops-critical',
  alsoPage: [],
};
