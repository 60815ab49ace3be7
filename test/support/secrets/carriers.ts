// Where a secret is met: `named` carriers say what it is, the others do not.
import type { Draw } from './draw.ts';

export interface Carrier {
  name: string;
  named: boolean;
  /** Not for what holds line ends or spaces. */
  word?: true;
  /** The parts in which it arrives; most in one. */
  carry: (secret: string, variable: string, draw: Draw) => string[];
  /** As what the secret is written there, if not as itself. */
  written?: (secret: string) => string;
}

const json = (text: string) => JSON.stringify(text).slice(1, -1);
const escaped = (text: string) =>
  [...text]
    .map((char, at) => (at % 3 === 0 ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}` : json(char)))
    .join('');
const time = '2026-11-23T08:58:00.123Z';
const cut = (text: string, draw: Draw) => {
  const at = draw.between(Math.floor(text.length / 4), Math.ceil((text.length * 3) / 4));
  return [text.slice(0, at), text.slice(at)] as const;
};

export const CARRIERS: readonly Carrier[] = [
  {
    name: 'env line',
    named: true,
    word: true,
    carry: (s, v) => [`PATH=/usr/bin:/bin\n${v}=${s}\nHOME=/root`],
  },
  { name: 'shell export', named: true, carry: (s, v) => [`$ export ${v}="${s}"\n$ ./deploy.sh prod`] },
  { name: 'PowerShell', named: true, word: true, carry: (s, v) => [`PS C:\\ops> $env:${v} = '${s}'`] },
  {
    name: 'JSON',
    named: true,
    carry: (s, v) => [`{"service":"api-prod","${v.toLowerCase()}":"${json(s)}","replicas":3}`],
    written: json,
  },
  {
    name: 'YAML',
    named: true,
    word: true,
    carry: (s, v) => [`spec:\n  replicas: 3\n  ${v.toLowerCase()}: ${s}\n  image: api:1.2.3`],
  },
  {
    name: 'TOML',
    named: true,
    word: true,
    carry: (s, v) => [`[service]\nname = "api"\n${v.toLowerCase()} = "${s}"\nport = 8080`],
  },
  { name: 'XML', named: true, word: true, carry: (s, v) => [`<add key="${v}" value="${s}" />`] },
  {
    name: 'container list',
    named: true,
    carry: (s, v) => [
      JSON.stringify([
        { name: 'PORT', value: '80' },
        { name: v, value: s },
      ]),
    ],
    written: json,
  },
  {
    name: 'log with name',
    named: true,
    word: true,
    carry: (s, v) => [`${time} ERROR [api-prod-01] login failed ${v.toLowerCase()}=${s} after 5000ms`],
  },
  {
    name: 'log without name',
    named: false,
    carry: (s) => [`${time} ERROR [api-prod-01] rejected ${s} after 5000ms (attempt 3)`],
  },
  { name: 'alone', named: false, carry: (s) => [s] },
  {
    name: 'URL',
    named: true,
    word: true,
    carry: (s, v) => [
      `GET https://api.example/v1/items?page=2&${v.toLowerCase()}=${encodeURIComponent(s)}&sort=asc 401`,
    ],
    written: encodeURIComponent,
  },
  {
    name: 'header',
    named: true,
    word: true,
    carry: (s) => [
      `> GET /v1/items HTTP/1.1\n> Host: api.example\n> Authorization: Bearer ${s}\n> Accept: */*`,
    ],
  },
  {
    name: 'shell command',
    named: true,
    word: true,
    carry: (s) => [`$ curl -sS -u deploy:${s} https://api.example/v1/items`],
  },
  { name: 'flag', named: true, word: true, carry: (s) => [`+ helm upgrade api ./chart --token ${s} --wait`] },
  {
    name: 'stack trace',
    named: false,
    word: true,
    carry: (s) => [
      `Error: cannot use ${s}\n    at Client.connect (/srv/app/src/client.ts:42:11)\n    at async main (/srv/app/src/main.ts:7:3)`,
    ],
  },
  {
    name: 'diff line',
    named: false,
    word: true,
    carry: (s) => [`@@ -1,3 +1,3 @@\n-const value = "";\n+const value = "${s}";\n export { value };`],
  },
  {
    name: 'CSV',
    named: false,
    word: true,
    carry: (s) => [`id,owner,value,created\n17,sarah,${s},2026-11-23\n18,mike,none,2026-11-24`],
  },
  {
    name: 'sentence',
    named: false,
    word: true,
    carry: (s) => [`I have pasted ${s} into the job, please rotate it. Thanks!`],
  },
  {
    name: 'sentence with name',
    named: true,
    word: true,
    carry: (s, v) => [`the new ${v.toLowerCase().replaceAll('_', ' ')} is ${s}, please rotate it`],
  },
  { name: 'table', named: false, word: true, carry: (s) => [`| api-prod | ${s} | active |`] },
  {
    name: 'base64',
    named: false,
    carry: (s) => [`payload: ${Buffer.from(`config: ${s}\n`).toString('base64')}`],
    written: (s) => Buffer.from(s).toString('base64'),
  },
  {
    name: 'base64 of JSON',
    named: true,
    carry: (s, v) => [
      `data: ${Buffer.from(JSON.stringify({ user: 'api', [v.toLowerCase()]: s })).toString('base64url')} received`,
    ],
    written: (s) => Buffer.from(s).toString('base64url'),
  },
  {
    name: 'URL-encoded',
    named: true,
    word: true,
    carry: (s, v) => [`redirect=%2Flogin%3F${v.toLowerCase()}%3D${encodeURIComponent(s)}%26page%3D2`],
    written: encodeURIComponent,
  },
  {
    name: 'JSON escapes',
    named: false,
    word: true,
    carry: (s) => [`{"message":"got ${escaped(s)} from peer"}`],
    written: escaped,
  },
  {
    name: 'HTML entities',
    named: false,
    word: true,
    carry: (s) => [
      `<p>got ${[...s].map((char, at) => (at % 4 === 1 ? `&#${char.charCodeAt(0)};` : char)).join('')} from peer</p>`,
    ],
    written: (s) => [...s].map((char, at) => (at % 4 === 1 ? `&#${char.charCodeAt(0)};` : char)).join(''),
  },
  {
    name: 'zero width',
    named: false,
    word: true,
    carry: (s) => [`got ${s.slice(0, 7)}\u200b${s.slice(7, 15)}\u00ad${s.slice(15)} from peer`],
    written: (s) => `${s.slice(0, 7)}\u200b${s.slice(7, 15)}\u00ad${s.slice(15)}`,
  },
  {
    name: 'two deltas',
    named: false,
    word: true,
    carry: (s, _v, draw) => {
      const [a, b] = cut(s, draw);
      return [`here it is: ${a}`, `${b} and so on`];
    },
  },
  {
    name: 'three deltas',
    named: false,
    word: true,
    carry: (s, _v, draw) => {
      const [a, b] = cut(s, draw);
      const [c, e] = cut(b, draw);
      return ['see ', a, c, `${e}\nnext line`];
    },
  },
  {
    name: 'wrapped lines',
    named: false,
    word: true,
    carry: (s, _v, draw) => {
      const before = `${time} WARN rejected value `;
      const width = before.length + draw.between(Math.floor(s.length / 3), Math.ceil((s.length * 2) / 3));
      const line = `${before}${s} from peer`;
      return [[line.slice(0, width), line.slice(width)].join('\n')];
    },
  },
];
