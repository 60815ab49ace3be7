// Where a stranger's text comes in: each place of a night that somebody outside may write into.
import type { IncomingAlert } from '../../src/domain/alert.ts';
import type { WorldService } from '../support/world.ts';

export interface Carrier {
  name: string;
  /** In what the sources tell. */
  plant?(text: string, at: { api: WorldService; db: WorldService; now: number }): void;
  /** In what monitoring tells. */
  alert?(text: string): Partial<IncomingAlert>;
  /** In what somebody says in the thread. */
  said?(text: string): { text: string; name?: string };
}

export const carriers: readonly Carrier[] = [
  {
    name: 'log line',
    plant: (text, { api, now }) => {
      for (const ago of [20_000, 21_000, 22_000])
        api.logs.push({ at: now - ago, level: 'error', text, instance: 'api-prod-01' });
    },
  },
  {
    name: 'log group of a stack trace',
    plant: (text, { api, now }) => {
      const trace = `java.lang.IllegalStateException: ${text}\n    at com.shop.Cart.add(Cart.java:42)`;
      api.logs.push({ at: now - 20_000, level: 'error', text: trace, instance: 'api-prod-01' });
    },
  },
  {
    name: 'instance that logs',
    plant: (text, { api, now }) => {
      api.logs.push({ at: now - 20_000, level: 'error', text: 'disk is full', instance: text });
    },
  },
  {
    name: 'commit subject',
    plant: (text, { api }) => {
      api.comparison = { ...api.comparison, commits: [{ sha: 'abc1234', title: text }] };
    },
  },
  {
    name: 'commit author',
    plant: (text, { api }) => {
      api.comparison = {
        ...api.comparison,
        commits: [{ sha: 'abc1234', title: 'fix: cache', author: text }],
      };
    },
  },
  {
    name: 'deploy title',
    plant: (text, { api }) => {
      api.deploys = api.deploys.map((each, at) => (at === 0 ? { ...each, title: text } : each));
    },
  },
  {
    name: 'author of a deploy',
    plant: (text, { api }) => {
      api.deploys = api.deploys.map((each, at) => (at === 0 ? { ...each, author: text } : each));
    },
  },
  {
    name: 'file of a comparison',
    plant: (text, { api }) => {
      api.comparison = { ...api.comparison, files: ['src/cache.ts', text] };
    },
  },
  {
    name: 'other change of a comparison',
    plant: (text, { api }) => {
      api.comparison = { ...api.comparison, changes: [text] };
    },
  },
  {
    name: 'metric name',
    plant: (text, { api }) => {
      api.metrics = { ...api.metrics, [text]: 7 };
    },
  },
  {
    name: 'metric tag',
    plant: (text, { api }) => {
      api.metricNote = `no value for error_rate{pod="${text}"}`;
    },
  },
  {
    name: 'log group',
    plant: (text, { api }) => {
      api.noLogs = `the log group /ecs/${text} did not answer`;
    },
  },
  {
    name: 'container name',
    plant: (text, { api }) => {
      api.instances = [text, 'api-prod-02'];
      // Those that are well are counted, and not named.
      api.healthy = 1;
    },
  },
  {
    name: 'event of a database',
    plant: (text, { db, now }) => {
      db.events = [{ at: now - 60_000, text }];
    },
  },
  { name: 'alert title', alert: (text) => ({ title: text }) },
  { name: 'alert description', alert: (text) => ({ description: text }) },
  { name: 'alert label', alert: (text) => ({ labels: { pod: text } }) },
  { name: 'name of an alert label', alert: (text) => ({ labels: { [text]: 'yes' } }) },
  { name: 'display name in chat', said: (text) => ({ text: 'it is slow for me as well', name: text }) },
  { name: 'words in the thread', said: (text) => ({ text }) },
];
