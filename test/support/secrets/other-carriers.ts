// A second list of places, written as that of the other providers was.
import type { Carrier } from './carriers.ts';

const json = (text: string) => JSON.stringify(text).slice(1, -1);
const base64 = (text: string) => Buffer.from(text).toString('base64');
const xml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
const percent = (text: string) =>
  [...text]
    .map((char) =>
      /[\w.-]/.test(char) && char.charCodeAt(0) % 3
        ? char
        : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
const xs = (text: string) =>
  [...text]
    .map((char, at) => (at % 5 ? char : `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`))
    .join('');
const quoted = (text: string) => text.replaceAll('=', '=3D').replace(/.{20}/, (start) => `${start}=\r\n`);

export const OTHER_CARRIERS: readonly Carrier[] = [
  {
    name: 'netrc',
    named: true,
    word: true,
    carry: (s) => [`machine api.example\n  login deploy\n  password ${s}\n`],
  },
  {
    name: 'npmrc',
    named: true,
    word: true,
    carry: (s) => [
      `registry=https://registry.example/\n//registry.example/:_authToken=${s}\nalways-auth=true`,
    ],
  },
  {
    name: 'pypirc',
    named: true,
    word: true,
    carry: (s) => [`[pypi]\nusername = __token__\npassword = ${s}\n`],
  },
  {
    name: 'docker config',
    named: true,
    word: true,
    carry: (s) => [`{"auths":{"registry.example":{"auth":"${base64(`deploy:${s}`)}"}}}`],
    written: (s) => base64(s),
  },
  {
    name: 'kubeconfig',
    named: true,
    word: true,
    carry: (s) => [`users:\n- name: admin\n  user:\n    token: ${s}\ncurrent-context: prod`],
  },
  {
    name: 'Secret manifest',
    named: true,
    carry: (s, v) => [`kind: Secret\nmetadata:\n  name: shop\ndata:\n  ${v}: ${base64(s)}\n`],
    written: base64,
  },
  {
    name: 'properties',
    named: true,
    word: true,
    carry: (s, v) => [`server.port=8080\nspring.${v.toLowerCase()}: ${s}\nspring.name=api`],
  },
  {
    name: 'Dockerfile',
    named: true,
    word: true,
    carry: (s, v) => [`FROM node:20\nENV ${v} ${s}\nRUN npm ci`],
  },
  {
    name: 'docker run',
    named: true,
    word: true,
    carry: (s, v) => [`docker run -d -e ${v}=${s} -p 8080:8080 acme/api:1.2.3`],
  },
  {
    name: 'access log',
    named: true,
    word: true,
    carry: (s) => [
      `10.0.3.7 - - [23/Nov/2026:08:58:00 +0000] "GET /v1/items?access_token=${encodeURIComponent(s)} HTTP/1.1" 200 512 "-" "curl/8.5"`,
    ],
    written: encodeURIComponent,
  },
  {
    name: 'syslog',
    named: false,
    word: true,
    carry: (s) => [`Nov 23 08:58:00 web-3 api[1234]: level=warn msg="unexpected input ${s}" attempt=2`],
  },
  {
    name: 'logfmt',
    named: true,
    word: true,
    carry: (s, v) => [`ts=2026-11-23T08:58:00Z level=info ${v.toLowerCase()}="${s}" caller=main.go:42`],
  },
  {
    name: 'exception',
    named: false,
    word: true,
    carry: (s) => [
      `Caused by: java.lang.IllegalArgumentException: Illegal value '${s}' (Client.java:87)\n\tat com.acme.Client.open(Client.java:87)`,
    ],
  },
  {
    name: 'Python dict',
    named: true,
    word: true,
    carry: (s, v) => [`DEBUG:root:{'user': 'bob', '${v}': '${s}', 'retries': 3}`],
  },
  {
    name: 'Go struct',
    named: true,
    word: true,
    carry: (s) => [`config: &{Host:db-1 Port:5432 Password:${s} Timeout:5s}`],
  },
  {
    name: 'Ruby hash',
    named: true,
    word: true,
    carry: (s) => [`Parameters: {:user=>"bob", :password=>"${s}", :commit=>"Go"}`],
  },
  {
    name: 'code',
    named: true,
    word: true,
    carry: (s, v) => [
      `  const client = new Client({ ${/^\w+$/.test(v) ? v : `'${v}'`}: '${s}', region: 'eu' });`,
    ],
  },
  { name: 'backticks', named: false, word: true, carry: (s) => [`use \`${s}\` until Monday`] },
  { name: 'code fence', named: false, carry: (s) => [`Here:\n\`\`\`\n${s}\n\`\`\`\nthanks`] },
  { name: 'chat', named: true, word: true, carry: (s) => [`@here the prod password is ${s} btw`] },
  {
    name: 'mail',
    named: false,
    word: true,
    carry: (s) => [
      `Content-Transfer-Encoding: quoted-printable\r\n\r\nHello,\r\nplease use =\r\n${quoted(s)} for it.\r\n`,
    ],
    written: quoted,
  },
  {
    name: 'JSON in JSON',
    named: true,
    carry: (s, v) => [JSON.stringify({ log: JSON.stringify({ event: 'login', [v]: s }), stream: 'stderr' })],
    written: (s) => json(json(s)),
  },
  {
    name: 'bytes escaped',
    named: false,
    word: true,
    carry: (s) => [`b'\\x16\\x03${xs(s)}\\r\\n'`],
    written: xs,
  },
  {
    name: 'percent all over',
    named: false,
    word: true,
    carry: (s) => [`POST body: q=${percent(s)}&lang=en`],
    written: percent,
  },
  {
    name: 'cookie',
    named: true,
    word: true,
    carry: (s) => [`cookie: theme=dark; sid=${encodeURIComponent(s)}; lang=en`],
    written: encodeURIComponent,
  },
  {
    name: 'basic header',
    named: true,
    word: true,
    carry: (s) => [`authorization: Basic ${base64(`deploy:${s}`)}`],
    written: base64,
  },
  {
    name: 'api key header',
    named: true,
    word: true,
    carry: (s) => [`curl -H 'X-Api-Key: ${s}' -H 'Accept: application/json' https://api.example`],
  },
  {
    name: 'form',
    named: true,
    word: true,
    carry: (s) => [`grant_type=password&username=bob&password=${encodeURIComponent(s)}&scope=all`],
    written: encodeURIComponent,
  },
  {
    name: 'XML element',
    named: true,
    word: true,
    carry: (s) => [
      `<server><id>releases</id><username>deploy</username><password>${xml(s)}</password></server>`,
    ],
    written: xml,
  },
  {
    name: 'HTML attribute',
    named: false,
    word: true,
    carry: (s) => [`<input type="hidden" name="v" value="${xml(s)}">`],
    written: xml,
  },
  {
    name: 'SQL',
    named: true,
    word: true,
    carry: (s) => [`CREATE USER app WITH PASSWORD '${s}'; GRANT ALL ON shop TO app;`],
  },
  {
    name: 'SQL row',
    named: false,
    word: true,
    carry: (s) => [`INSERT INTO settings VALUES (17, 'gateway', '${s}', now());`],
  },
  {
    name: 'Terraform plan',
    named: true,
    word: true,
    carry: (s, v) => [
      `  + resource "acme_app" "api" {\n      + ${v.toLowerCase()} = "${s}"\n      + region = "eu"\n    }`,
    ],
  },
  {
    name: 'Ansible',
    named: true,
    word: true,
    carry: (s, v) => [`changed: [web-3] => (item={'key': '${v}', 'value': '${s}'})`],
  },
  { name: 'fish', named: true, word: true, carry: (s, v) => [`set -gx ${v.replace(/\W/g, '_')} ${s}`] },
  {
    name: 'URL path',
    named: false,
    word: true,
    carry: (s) => [`POST https://in.example/hooks/${encodeURIComponent(s)} 202`],
    written: encodeURIComponent,
  },
  {
    name: 'URL fragment',
    named: true,
    word: true,
    carry: (s) => [
      `redirected to https://app.example/cb#access_token=${encodeURIComponent(s)}&expires_in=3600`,
    ],
    written: encodeURIComponent,
  },
  {
    name: 'base64 in columns',
    named: false,
    carry: (s) => [
      `attachment:\n${(base64(`# settings\nuser = bob\nvalue = ${s}\nregion = eu-west-1\n`).match(/.{1,76}/g) ?? []).join('\n')}\n`,
    ],
    written: base64,
  },
  {
    name: 'list of halves',
    named: false,
    word: true,
    carry: (s) => [`["${s.slice(0, s.length >> 1)}", "${s.slice(s.length >> 1)}"]`],
  },
  {
    name: 'small deltas',
    named: false,
    word: true,
    carry: (s) => [`I found ${s} there`.match(/.{1,6}/gs) ?? []].flat(),
  },
  {
    name: 'shell continuation',
    named: false,
    word: true,
    carry: (s) => [`deploy --with ${s.slice(0, s.length >> 1)}\\\n${s.slice(s.length >> 1)} --yes`],
  },
  {
    name: 'bidi',
    named: false,
    word: true,
    carry: (s) => [`value \u202e${s.slice(0, 10)}\u2066${s.slice(10)}\u2069 seen`],
    written: (s) => `${s.slice(0, 10)}\u2066${s.slice(10)}`,
  },
];
