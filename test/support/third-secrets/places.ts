// Where a secret stands: what logs, diffs, traces, chats and dumps put around it.

import type { Chance } from './chance.ts';
import type { Key } from './tokens.ts';

/** The parts as they come; most places give one. */
export type Place = { place: string; write(key: Key, name: string, chance: Chance): string[] };
export type TextPlace = { place: string; write(text: string, chance: Chance): string[] };

const named = (place: string, write: (name: string, value: string, chance: Chance) => string): Place => ({
  place,
  write: (key, name, chance) => [write(name, key.value, chance)],
});

const TIME = '2026-11-28T21:04:11.318Z';
const xml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
const shell = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
const repr = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** At a place inside `value`, not nearer than a third to either end. */
function cutInside(text: string, value: string, chance: Chance): number {
  const third = Math.floor(value.length / 3);
  return text.indexOf(value) + third + chance.below(Math.max(1, value.length - 2 * third));
}

export const NAMED_PLACES: readonly Place[] = [
  named('log line', (n, v) => `${TIME} INFO  [main] c.acme.Boot - loaded ${n}=${v} from environment`),
  named('env file', (n, v) => `NODE_ENV=production\n${n}=${v}\nPORT=8080\n`),
  named('env quoted', (n, v) => `export ${n}="${v}"\n`),
  named('yaml', (n, v) => `service:\n  replicas: 3\n  ${n}: ${v}\n  region: eu\n`),
  named('yaml quoted', (n, v) => `${n}: '${v}'`),
  named('json', (n, v) => JSON.stringify({ level: 'debug', config: { [n]: v, retries: 3 } })),
  named('json pretty', (n, v) => JSON.stringify({ config: { [n]: v, retries: 3 } }, null, 2)),
  named('json in json', (n, v) =>
    JSON.stringify({ time: TIME, message: JSON.stringify({ [n]: v, ok: true }) }),
  ),
  named('json twice escaped', (n, v) =>
    JSON.stringify({ m: JSON.stringify({ body: JSON.stringify({ [n]: v }) }) }),
  ),
  named('toml', (n, v) => `[settings]\n"${n}" = "${v}"\ndebug = false\n`),
  named('ini', (n, v) => `[client]\n${n} = ${v}\nport = 1\n`),
  named('properties', (n, v) => `app.name=orders\napp.${n}=${v}\n`),
  named(
    'diff added',
    (n, v) => `--- a/.env\n+++ b/.env\n@@ -3,2 +3,2 @@\n-${n}=changeme\n+${n}=${v}\n DEBUG=0`,
  ),
  named('diff json', (n, v) => `@@ -1,4 +1,4 @@\n {\n-  "${n}": "${v}",\n+  "${n}": "",\n   "a": 1`),
  named('url query', (n, v) => `GET /v1/items?page=2&${n}=${encodeURIComponent(v)}&limit=50 HTTP/1.1 200`),
  named(
    'percent-encoded url in url',
    (n, v) => `GET /go?to=${encodeURIComponent(`https://a.dev/cb?${n}=${v}&x=1`)} 302`,
  ),
  named('base64 of a pair', (n, v) => `user-data: ${base64(`#!/bin/sh\nexport ${n}=${v}\n/opt/run\n`)}`),
  named('base64 of json', (n, v) => `payload=${base64(JSON.stringify({ [n]: v, ok: true }))} bytes=90`),
  named('quoted shell', (n, v) => `+ env ${n}=${shell(v)} ./deploy.sh --region eu`),
  named('header', (n, v) => `> POST /hook HTTP/1.1\n> Host: a.dev\n> ${n}: ${v}\n> Accept: */*`),
  named(
    'flag',
    (n, v) => `exec: /usr/bin/agent --log info --${n.toLowerCase().replaceAll('_', '-')}=${shell(v)} --once`,
  ),
  named(
    'flag with space',
    (n, v) => `cmd="agent --${n.toLowerCase().replaceAll('_', '-')} ${v} --once" exit=1`,
  ),
  named('markdown list', (n, v) => `## Access\n- **${n}**: \`${v}\`\n- **host**: db1`),
  named('markdown table', (n, v) => `| name | value |\n|---|---|\n| ${n} | ${v} |\n| host | db1 |`),
  named('python repr', (n, v) => `KeyError: {'host': 'db1', ${repr(n)}: ${repr(v)}, 'port': 5432}`),
  named('python keyword', (n, v) => `Settings(debug=False, ${n.toLowerCase()}=${repr(v)}, pool=5)`),
  named('logfmt', (n, v) => `ts=${TIME} level=warn msg="retry" ${n}="${v}" attempt=2`),
  named('xml attribute', (n, v) => `<add key="${n}" value="${xml(v)}" />`),
  named('xml own attribute', (n, v) => `<client ${n}="${xml(v)}" timeout="30"/>`),
  named('xml element', (n, v) => `<${n}>${xml(v)}</${n}>`),
  named(
    'stack trace',
    (n, v) =>
      `Error: bad setting ${n}: "${v}"\n    at load (/srv/app/config.js:41:11)\n    at main (/srv/app/index.js:3:1)`,
  ),
  named('terraform', (n, v) => `  ~ environment {\n      + ${n} = "${v}"\n    }`),
  named('env dump, NULs', (n, v) => `PATH=/usr/bin\0${n}=${v}\0HOME=/root\0`),
  named('colour codes', (n, v) => `\u001b[36m${n}\u001b[0m=\u001b[32m${v}\u001b[0m`),
  {
    place: 'two parts',
    write: (key, name, chance) => {
      const text = `level=info ${name}=${key.value} next=ok`;
      const at = cutInside(text, key.value, chance);
      return [text.slice(0, at), text.slice(at)];
    },
  },
  {
    place: 'name and value in two parts',
    write: (key, name) => [`{"retries":3,"${name}":`, `"${key.value}","ok":true}`],
  },
];

const bare = (place: string, write: (value: string, chance: Chance) => string): TextPlace => ({
  place,
  write: (value, chance) => [write(value, chance)],
});

export const PLAIN_PLACES: readonly TextPlace[] = [
  bare('bare log line', (v) => `${TIME} ERROR upstream refused ${v} with 401`),
  bare('bare quoted', (v) => `invalid credential "${v}" for tenant 7`),
  bare('bare trace', (v) => `AuthError: rejected ${v}\n    at verify (/srv/app/auth.js:88:13)`),
  bare('bare chat', (v) => `can someone check if \`${v}\` still works? thanks`),
  bare('bare argument', (v) => `["/usr/bin/agent","--once","${v}"]`),
  bare('bare query', (v) => `GET /cb?state=3&v=${encodeURIComponent(v)} HTTP/1.1`),
  bare('bare base64', (v) => `blob: ${base64(v)}`),
  bare('bare json string', (v) => JSON.stringify({ args: [v], n: 1 })),
  bare('bare list', (v) => `items = (${v}, 12)`),
  bare('bare python bytes', (v) => `got b'${v}' from peer`),
  bare('bare html', (v) => `<td>${xml(v)}</td>`),
  bare('bare code fence', (v) => `\`\`\`\n${v}\n\`\`\``),
  bare('bare end of sentence', (v) => `We used ${v}.`),
  {
    place: 'bare two parts',
    write: (v, c) => {
      const text = `sent ${v} ok`;
      const at = cutInside(text, v, c);
      return [text.slice(0, at), text.slice(at)];
    },
  },
  {
    place: 'bare three parts',
    write: (v, c) => {
      const text = `sent ${v} ok`;
      const at = cutInside(text, v, c);
      return [text.slice(0, at - 3), text.slice(at - 3, at + 2), text.slice(at + 2)];
    },
  },
  {
    place: 'bare wrapped',
    write: (v) => [`sent ${v.length >= 40 ? v.replace(/.{30}(?=.{8})/g, '$&\n') : v} ok`],
  },
  {
    place: 'bare wrapped, backslash',
    write: (v) => [`curl -H x \\\n  ${v.length >= 40 ? v.replace(/.{30}(?=.{8})/g, '$&\\\n') : v} \\\n  -v`],
  },
];

/** For a text that has its own form. */
export const WHOLE_PLACES: readonly TextPlace[] = [
  bare('as it is', (t) => t),
  bare('after a prompt', (t) => `$ ${t}`),
  bare('log message', (t) => `${TIME} DEBUG [http-3] dump: ${t}`),
  bare('json message', (t) => JSON.stringify({ time: TIME, level: 'debug', message: t })),
  bare('json in json', (t) => JSON.stringify({ log: JSON.stringify({ message: t }) })),
  bare('indented', (t) => t.replace(/^/gm, '    ')),
  bare('quoted mail', (t) => t.replace(/^/gm, '> ')),
  bare('diff', (t) => `@@ -0,0 +1,9 @@\n${t.replace(/^/gm, '+')}`),
  bare('code fence', (t) => `Here it is:\n\`\`\`\n${t}\n\`\`\`\ndone`),
  bare('base64', (t) => `content: ${base64(`${t}\n`)}`),
  bare('percent-encoded', (t) => `POST /log?body=${encodeURIComponent(t)} 204`),
  bare('log lines with prefix', (t) => t.replace(/^/gm, `${TIME} worker-3 | `)),
  bare('python repr', (t) => `{'output': ${repr(t).replaceAll('\n', '\\n')}}`),
  {
    place: 'two parts',
    write: (t, c) => {
      const at = Math.floor(t.length / 2) + c.below(Math.max(1, Math.floor(t.length / 3)));
      return [t.slice(0, at), t.slice(at)];
    },
  },
];
