// A body as a source of this configuration would read it, and what would become of its alerts. Nothing is stored.
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../domain/clock.ts';
import type { Resource } from '../domain/resource.ts';
import { opensIncident, routeFor } from '../domain/route.ts';
import type { Sample } from '../domain/sample-body.ts';
import { silencedBy } from '../domain/silence.ts';
import { readSetup, redactAlert, resolveService } from '../engine/alerts/setup.ts';
import { readAgain } from '../http/read-again.ts';
import type { Store } from '../store/store.ts';

export async function readSample(
  source: Resource<'source'>,
  { raw, headers }: { raw: string; headers: IncomingHttpHeaders },
  { store, clock }: { store: Store; clock: Clock },
): Promise<Sample> {
  const now = clock.now();
  const contentType = headers['content-type'];
  const read = readAgain(
    source.spec.type,
    {
      reason: '',
      where: 'body',
      raw,
      bytes: Buffer.byteLength(raw),
      ...(contentType ? { contentType } : {}),
    },
    { source: source.name, receivedAt: now, deliveryId: 'test', headers, settings: source.spec.settings },
  );
  const setup = await readSetup(store.read);
  return {
    problems: read.problems,
    derivedKeys: read.derivedKeys,
    notices: (read.notices ?? []).map(({ notice }) => notice),
    alerts: read.alerts.map((incoming) => {
      const alert = redactAlert(incoming);
      const service = resolveService(source.name, alert.service, setup);
      const routed = { severity: alert.severity ?? ('warning' as const), service, labels: alert.labels };
      const route = routeFor(routed, setup.routes);
      return {
        alert,
        service,
        route: route.name,
        to: route.to,
        opensIncident: opensIncident(routed, route),
        silencedBy: silencedBy(routed, setup.silences, now)?.name ?? null,
      };
    }),
  };
}
