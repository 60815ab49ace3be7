// Dashboards of a service, by tag or title, and their panels: links for people, from when the trouble began.
import { ToolError } from '../../domain/errors.ts';
import { isUid } from '../../domain/grafana-settings.ts';
import type { Call, ReadTool } from '../../domain/tool.ts';
import { type JsonClient, theirWords } from '../json-client.ts';
import { isRecord } from '../promql-api.ts';

interface Dashboard {
  uid: string;
  title: string;
}

const MOST_DASHBOARDS = 3;
const MOST_PANELS = 3;
const SEARCHED = 20;
const TITLE_LENGTH = 80;
/** What one looks at first in an incident. */
const TELLING = /error|fail|5xx|latenc|duration|response time|request|traffic|cpu|memory|saturation/i;

export function dashboardsTool(name: string, base: string, client: JsonClient): ReadTool<'dashboards.find'> {
  return {
    kind: 'read',
    capability: 'dashboards.find',
    source: name,
    serves: () => true,
    read: async ({ service, metric, sinceAt }, _service, call) => {
      const [tagged, titled] = await Promise.all([
        search(name, client, { tag: service }, call),
        search(name, client, { query: service }, call),
      ]);
      const found = [...tagged, ...titled.filter(({ title }) => namesIt(title, service))];
      const own = [...new Map(found.map((one) => [one.uid, one])).values()].slice(0, MOST_DASHBOARDS);
      const [first] = own;
      const panels = first === undefined ? [] : await panelsOf(client, first, metric, call);
      const range = new URLSearchParams({
        ...(sinceAt === undefined ? {} : { from: String(Math.floor(sinceAt)), to: 'now' }),
        'var-service': service,
      });
      const link = (uid: string, more = '') => `${base}/d/${uid}?${range.toString()}${more}`;
      return [
        ...own.map(({ uid, title }) => ({ title, href: link(uid) })),
        ...panels.map(({ id, title }) => ({
          title: `${first?.title ?? ''} › ${title}`,
          href: link(first?.uid ?? '', `&viewPanel=${id}`),
        })),
      ];
    },
  };
}

async function search(
  name: string,
  client: JsonClient,
  by: Record<string, string>,
  call: Call,
): Promise<Dashboard[]> {
  const query = new URLSearchParams({ type: 'dash-db', limit: String(SEARCHED), ...by });
  const { status, json } = await client.ask({ method: 'GET', path: '/api/search', query }, call);
  if (status !== 200 || !Array.isArray(json))
    throw new ToolError(
      'failed',
      `${name} does not search its dashboards (${status}): its \`url\` may not be right`,
    );
  return json.slice(0, SEARCHED).flatMap((one): Dashboard[] => {
    if (!isRecord(one) || typeof one.uid !== 'string' || !isUid(one.uid)) return [];
    return [{ uid: one.uid, title: theirWords(one.title).slice(0, TITLE_LENGTH) || one.uid }];
  });
}

/** As a word of it: "api" is not what "Rapid rollout" is about. */
function namesIt(title: string, service: string): boolean {
  const at = title.toLowerCase().indexOf(service.toLowerCase());
  if (at < 0) return false;
  const around = `${title.charAt(at - 1)}${title.charAt(at + service.length)}`;
  return !/[\p{L}\p{N}]/u.test(around);
}

async function panelsOf(
  client: JsonClient,
  { uid }: Dashboard,
  metric: string | undefined,
  call: Call,
): Promise<{ id: number; title: string }[]> {
  const { status, json } = await client.ask({ method: 'GET', path: `/api/dashboards/uid/${uid}` }, call);
  // Deleted meanwhile, or not for us: its link says so to whoever follows it.
  if (status !== 200 || !isRecord(json) || !isRecord(json.dashboard)) return [];
  const wanted = metric?.replaceAll('_', ' ').toLowerCase();
  const panels = allPanels(json.dashboard.panels);
  const isWanted = ({ title }: { title: string }) =>
    wanted !== undefined && title.toLowerCase().includes(wanted);
  return [
    ...panels.filter(isWanted),
    ...panels.filter((panel) => !isWanted(panel) && TELLING.test(panel.title)),
  ].slice(0, MOST_PANELS);
}

/** Rows hold panels of their own when they are folded. */
function allPanels(panels: unknown): { id: number; title: string }[] {
  if (!Array.isArray(panels)) return [];
  return panels.slice(0, 200).flatMap((panel) => {
    if (!isRecord(panel)) return [];
    if (panel.type === 'row') return allPanels(panel.panels);
    const title = theirWords(panel.title).slice(0, TITLE_LENGTH);
    return typeof panel.id === 'number' && Number.isInteger(panel.id) && title !== ''
      ? [{ id: panel.id, title }]
      : [];
  });
}
