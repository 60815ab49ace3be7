import { describeRefused } from './refused.ts';

const levels = (...rest: string[]) => ['escalation', 'add', '--name', 'e', ...rest];

describeRefused('escalations', [
  {
    name: 'a timeout without a unit',
    args: levels('--level-1', 'a', '--timeout', '5'),
    says: /--timeout: "5" is not a duration/,
    hint: /write 5m, 30s or 1h/,
  },
  {
    name: 'a timeout of nothing',
    args: levels('--level-1', 'a', '--timeout', '0s'),
    says: /--timeout: is no time at all/,
    hint: /--timeout 5m/,
  },
  {
    name: 'a timeout before any level',
    args: levels('--timeout', '5m', '--level-1', 'a'),
    says: /stands before any level/,
    hint: /--level-1 on-call --timeout 5m/,
  },
  {
    name: 'two timeouts for one level',
    args: levels('--level-1', 'a', '--timeout', '5m', '--timeout', '6m'),
    says: /level 1 was given two/,
    hint: /give each level one/,
  },
  {
    name: 'a level without a timeout',
    args: levels('--level-1', 'a', '--timeout', '5m', '--level-2', 'b'),
    says: /level 2 \(b\) has no timeout/,
    hint: /--level-2 b --timeout 15m/,
  },
  {
    name: 'level 3 without level 2',
    args: levels('--level-1', 'a', '--timeout', '5m', '--level-3', 'c', '--timeout', '5m'),
    says: /level 3 is given, and level 2 is not/,
    hint: /--level-2/,
  },
  {
    name: 'no level at all',
    args: levels(),
    says: /at least one level/,
    hint: /--level-1 on-call --timeout 5m/,
  },
  {
    name: 'an unknown placeholder',
    args: levels('--level-1', 'a', '--timeout', '5m', '--message', 'to {nextlevel}'),
    says: /no placeholder "\{nextlevel\}"/,
    hint: /did you mean \{next_level\}/,
  },
  {
    name: 'a placeholder like none there is, with all there are',
    args: levels('--level-1', 'a', '--timeout', '5m', '--message', 'to {colour}'),
    says: /no placeholder "\{colour\}"/,
    hint: /There are \{id\} \{timeout\} \{next_level\} \{service\} \{title\} \{severity\} \{duration\}/,
  },
  {
    name: 'a placeholder in capitals',
    args: levels('--level-1', 'a', '--timeout', '5m', '--message', '{ID}: {TITLE}'),
    says: /no placeholder "\{ID\}"/,
    hint: /did you mean \{id\}/,
  },
]);
