// What the parts of a `/logs` answer are made from.
import type { RankedGroup } from '../diagnosis/log-ranking.ts';
import type { Deploy } from '../domain/capability.ts';
import type { IncidentContext, Kit } from '../domain/playbook.ts';
import type { Service } from '../domain/resource.ts';
import type { LogsRead } from './read-logs.ts';

export interface LogsSubject {
  service: Service;
  /** Of the instance, where one was named. */
  name: string;
  trigger: string;
  asked: { sinceAt: number | undefined; grep: string | undefined; errors: boolean };
  read: LogsRead;
  /** The most telling first. */
  ranked: RankedGroup[];
  deploys: Deploy[];
  /** The last one before the trouble. */
  deploy: Deploy | null;
  /** Of the sources that did not say what was deployed. */
  noDeploys: readonly string[];
  /** Names of the metrics of a service; null: not known. */
  metricsOf(service: string): readonly string[] | null;
  incident: IncidentContext | null;
  kit: Kit;
}
