import { describeRefused } from './refused.ts';

const fix = (...rest: string[]) => ['auto-fix', 'add', '--name', 'f', ...rest];
const whenDown = (...rest: string[]) => fix('--condition', 'up = false', '--action', 'x', ...rest);
const alone = ['--approval', 'auto', '--notify', '#x'];

describeRefused('auto-fixes, above all those that would run by themselves', [
  {
    name: 'a condition that cannot be read',
    args: fix('--condition', 'disk_usage >> 90', '--action', 'x'),
    says: /--condition: cannot read the condition at character 13.*\n {2}disk_usage >> 90\n {14}\^/,
    hint: /disk_usage > 90%/,
  },
  {
    name: 'neither words nor steps',
    args: fix('--condition', 'up = false'),
    says: /needs --action \(or --step\)/,
    hint: /--action "docker system prune -f"/,
  },
  {
    name: 'many runs',
    args: whenDown('--max-runs', 'many'),
    says: /--max-runs: "many" is not a rate/,
    hint: /3 per day/,
  },
  {
    name: 'an unknown approval',
    args: whenDown('--approval', 'automatic'),
    says: /no approval "automatic"/,
    hint: /auto/,
  },
  {
    name: 'auto for prose that is no step',
    args: fix('--condition', 'up = false', '--action', 'Do what is best', ...alone),
    code: 4,
    says: /"f" cannot run by itself: line "Do what is best"/,
    hint: /--approval ask/,
  },
  {
    name: 'auto for a rollback',
    args: whenDown('--step', 'deploys.rollback service=api deploy=492', ...alone),
    code: 4,
    says: /a rollback is never automatic/,
    hint: /--approval ask/,
  },
  {
    name: 'auto for scaling up',
    args: whenDown('--step', 'services.scale service=api count=4', ...alone),
    code: 4,
    says: /scaling is never automatic/,
    hint: /--approval ask/,
  },
  {
    name: 'auto for a cache flush',
    args: whenDown('--step', 'caches.flush service=api', ...alone),
    code: 4,
    says: /a cache flush is never automatic/,
    hint: /--approval ask/,
  },
  {
    name: 'auto for a failover',
    args: whenDown('--step', 'databases.failover service=db', ...alone),
    code: 4,
    says: /a database operation is never automatic/,
    hint: /--approval ask/,
  },
  {
    name: 'auto for a full restart',
    args: whenDown('--step', 'services.restart service=api mode=full', ...alone),
    code: 4,
    says: /a full restart is downtime/,
    hint: /--approval ask/,
  },
  {
    name: 'auto when one of several steps is not safe',
    args: whenDown('--step', 'disk.prune-docker', '--step', 'caches.flush service=api', ...alone),
    code: 4,
    says: /step "caches.flush service=api"/,
    hint: /--approval ask/,
  },
  {
    name: 'auto when nobody is told',
    args: fix('--condition', 'disk_usage > 90%', '--action', 'docker system prune -f', '--approval', 'auto'),
    code: 4,
    says: /nobody would be told/,
    hint: /--notify/,
  },
  {
    name: 'auto for deleting data',
    args: fix('--condition', 'disk_usage > 90%', '--action', 'rm -rf /var/lib/mysql', ...alone),
    code: 4,
    says: /cannot run by itself/,
    hint: /--approval ask/,
  },
  {
    name: 'an unknown capability',
    args: whenDown('--step', 'service.restart service=a mode=rolling'),
    says: /no capability "service.restart"/,
    hint: /did you mean services.restart/,
  },
  {
    name: 'a step with an unknown argument',
    args: whenDown('--step', 'services.restart service=a mode=rolling force=yes'),
    says: /there is no argument "force"/,
    hint: /services.restart takes: service, mode/,
  },
  {
    name: 'a step outside of its range',
    args: whenDown('--step', 'disk.remove-old-files path=/etc olderThanMs=604800000'),
    says: /"path=\/etc": path is \/tmp or \/var\/tmp/,
    hint: /disk.remove-old-files takes: path, olderThanMs/,
  },
  {
    name: 'a step without an argument it needs',
    args: whenDown('--step', 'services.restart mode=rolling'),
    says: /the argument service is missing/,
    hint: /services.restart takes: service, mode/,
  },
  {
    name: 'a step with a number that is too small',
    args: whenDown('--step', 'disk.vacuum-journal keepBytes=5'),
    says: /"keepBytes=5": at least 1000000/,
    hint: /disk.vacuum-journal takes: keepBytes/,
  },
  {
    name: 'a step with a word for a number',
    args: whenDown('--step', 'disk.vacuum-journal keepBytes=many'),
    says: /"keepBytes=many": keepBytes is a number/,
    hint: /disk.vacuum-journal takes: keepBytes/,
  },
  {
    name: 'auto for what is never automatic, whatever its arguments',
    args: whenDown('--step', 'databases.failover cluster=x to=y', ...alone),
    code: 4,
    says: /a database operation is never automatic/,
    hint: /--approval ask/,
  },
]);
