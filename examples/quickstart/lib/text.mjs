// The answers of shopctl for people.

const percent = (share) => (share === null ? '-' : `${(share * 100).toFixed(1)}%`);

/** @returns text that ends with a line break */
export function describe(command, answer) {
  const lines = tellers[command](answer);
  return `${(Array.isArray(lines) ? lines : [lines]).join('\n')}\n`;
}

const tellers = {
  start: ({ already, url, release, pid }) =>
    `${already ? 'the shop is open already' : 'the shop is open'}: ${url}  release ${release}  pid ${pid}`,
  stop: ({ stopped }) => (stopped ? 'the shop is closed' : 'no shop was running'),
  status: ({ running, url, services, dir }) => {
    if (!running) return `no shop is running in ${dir}`;
    return [url, ...services.flatMap(serviceLines)];
  },
  health: ({ service, desired, healthy, instances, traffic }) => [
    `${service}: ${healthy}/${desired} healthy`,
    ...instances.map((one) => `  ${one.id}  ${one.detail}`),
    ...(traffic ? [trafficLine(traffic)] : []),
  ],
  deploy: ({ changed, from, to }) =>
    changed ? `release ${to} is live (was ${from})` : `release ${to} is live already`,
  rollback: ({ from, to, repeated }) =>
    `release ${from} is rolled back, ${to} is live${repeated ? ' (done before)' : ''}`,
  deploys: (deploys) =>
    deploys.map((one) => {
      const mark = one.rolledBack ? 'rolled back' : one.live ? 'live' : one.status;
      return `#${one.number}  ${one.at}  ${one.author}  "${one.title}"  ${mark}`;
    }),
  compare: ({ commits, changes }) => [
    ...commits.map((one) => `${one.sha.slice(0, 7)}  ${one.author}  ${one.title}`),
    ...changes.flatMap((file) => [
      `${file.status} ${file.path} +${file.additions} -${file.deletions}`,
      file.patch,
    ]),
  ],
  scale: ({ from, to }) => `${to} instances (were ${from})`,
  restart: ({ mode, restarted }) =>
    `${mode} restart done: ${restarted.join(', ') || 'there was no instance'}`,
  'flush-cache': ({ flushed, keysBefore }) => `${flushed} of ${keysBefore} keys flushed`,
  'cache-stats': ({ keys, bytes, hitRate, windowSeconds }) =>
    `${keys} keys, ${bytes} bytes, hit rate ${percent(hitRate)} in the last ${windowSeconds}s`,
  operation: ({ key, kind, state }) => `${key}: ${kind ?? 'operation'} ${state}`,
  'logs-path': ({ directory, files }) => [directory, ...files.map((file) => `  ${file.path}`)],
};

function serviceLines({ name, kind, running, desired, release, instances }) {
  const head = `${name}  ${kind}  ${running}/${desired}${release ? `  release ${release}` : ''}`;
  return [
    head,
    ...instances.map((one) => `  ${one.name}  ${one.state}  pid ${one.pid ?? '-'}  port ${one.port ?? '-'}`),
  ];
}

const trafficLine = ({ windowSeconds, requests, errorRate, p95Ms }) =>
  `last ${windowSeconds}s: ${requests} requests, ${percent(errorRate)} errors, p95 ${p95Ms ?? '-'}ms`;
