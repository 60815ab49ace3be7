import { describe, expect, test } from 'vitest';
import { redactJson } from '../../src/domain/redact.ts';
import { redactForModel } from '../../src/domain/redact-for-model.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const secret = 'falcon42#Harbor';

describe('a passphrase of words goes', () => {
  test.each([
    "the notifier db password is juniper-falcon-amber, don't share",
    "ALTER ROLE reporting WITH LOGIN PASSWORD 'juniper-falcon-amber';",
  ])('%s', (text) => {
    expect(redactForModel(text)).not.toContain('falcon');
  });
});

const drawn = 'tQ7vX2mK9pLw4RzB8nYc';

describe('a key goes', () => {
  test.each([
    ['below its name', `$ kubectl get secret api -o jsonpath='{.data.api_token}'\n${drawn}`],
    ['below a sentence', `here you go, the nomad token for payments:\n${drawn}\ndelete this please`],
    [
      'torn apart by a runtime',
      `2026-11-29T03:10:21.1Z stdout P KEY=tQ7vX2mK9p\n2026-11-29T03:10:21.1Z stdout F Lw4RzB8nYc`,
    ],
    [
      'torn apart by docker',
      `{"log": "API_KEY=${drawn}","stream": "stdout", "time": "x"}\n{"log": "${drawn}\\n", "stream": "stdout"}`,
    ],
    ['in two strings', `api_key = ("hf_pHqQEGFMpIIPVsh"\n    "tQ7vX2mKTOXjWxtXxISsKL")`],
    ['as an argument', `req.Header.Set("X-Auth-Token", "${drawn}")`],
    ['where a logger broke its line', `SHOP_API_KEY=0-MqNmG35ja_\n\t${drawn} dur=197ms`],
    ['beside its name in Spring', `Found key 'shop.token' in PropertySource 'env' with value [${drawn}]`],
    ['of Honeycomb', `curl -H "X-Honeycomb-Team: ${drawn}"`],
    ['of Mandrill', 'the mailer said md-tQ7vX2mK9pLw4RzB8nYcQw once'],
    ['of Twitch', 'bot says oauth:tq7vx2mk9plw4rzb8nyctq7vx2mk9p'],
    ['of Elasticsearch', base64(`VuaCfGcBCdbkQm-e5aOx:ui2lp2axTNmsyakw9tvNnw`)],
  ])('%s', (_place, text) => {
    const left = redactForModel(text);
    expect(left).toContain('[redacted:');
    expect(left).not.toMatch(/tQ7vX2mK|tq7vx2mk|VnVhQ2ZH/);
  });
});

describe('a password goes wherever it stands', () => {
  test.each([
    ['coloured by a terminal', `\u001b[36mDB_PASSWORD\u001b[0m=\u001b[32m${secret}\u001b[0m`],
    ['a list in Markdown', `- **DB_PASSWORD**: \`${secret}\``],
    ['a bold name with its colon', `**password:** ${secret}`],
    ['a table', `| host | db1 |\n| LDAP_BIND_PW | ${secret} |`],
    ['redis.conf', `requirepass ${secret}`],
    ['a glued name', `dbpass=${secret}`],
    ['.netrc in a diff', `+machine db1\n+  login app\n+  password ${secret}`],
    ['.pgpass', `db1.internal:5432:orders:app:${secret}`],
    ['a pipe to a login', `echo "${secret}" | docker login -u ci --password-stdin`],
    ['a pipe to chpasswd', `echo 'app:${secret}' | sudo chpasswd`],
    ['JDBC of Oracle', `jdbc:oracle:thin:app/${secret}@//db1:1521/ORCL`],
    ['sqlplus', `sqlplus -s app/${secret}@db1 @report.sql`],
    ['a sentence', `the password for the staging db is ${secret}, please rotate`],
    ['a container, quoted in a mail', `> - name: DB_PASSWORD\n>   value: ${secret}`],
    [
      'a Digest in JSON in JSON',
      JSON.stringify({
        a: JSON.stringify({ b: `Authorization: Digest username="ops", response="${secret}"` }),
      }),
    ],
    ['a Secret in YAML', `data:\n  config.bin: ${secret}\n  more: |\n    ${secret}\nkind: Secret`],
    ['a Secret in JSON', JSON.stringify({ kind: 'Secret', data: { 'config.bin': secret } })],
    ['a Secret in a prefixed log', `a | kind: Secret\na | stringData:\na |   x: "${secret}"`],
    ['base64 in base64', base64(JSON.stringify({ auths: { hub: { auth: base64(`ci:${secret}`) } } }))],
    ['a PagerDuty key', 'u+3MjJVS9PJFSY6eDWTx'],
    ['an element with attributes', `<wsse:Password Type="#PasswordText">${secret}</wsse:Password>`],
    ['a property', `<property name="hibernate.connection.password">${secret}</property>`],
    ['an entry with more attributes', `<entry key="db.password" type="x">${secret}</entry>`],
    ['a role', `CREATE ROLE svc LOGIN PASSWORD '${secret}'`],
    ['an old SET PASSWORD', `SET PASSWORD FOR 'app'@'%' = PASSWORD('${secret}');`],
    ['a colleague who names both', `creds: admin:${secret}`],
    ['a colleague who helps', `use svc_shop / ${secret} to log in`],
    ['a colleague with an arrow', `new root password → ${secret}`],
    ['a short name', `pw: ${secret}`],
    ['a pin', `my pin for the vault is ${secret}`],
    ['ldapsearch', `ldapsearch -x -D cn=admin,dc=x -w ${secret} -b dc=x`],
    ['net use', `net use \\\\fs1\\logs ${secret} /user:svc`],
    ['ipmitool', `ipmitool -I lanplus -H bmc1 -U root -P ${secret} power status`],
    ['snmpwalk', `snmpwalk -v3 -u ops -A ${secret} sw1`],
    ['rabbitmqctl', `rabbitmqctl change_password app ${secret}`],
    ['htpasswd', `htpasswd -bc /etc/nginx/htpasswd ann ${secret}`],
    ['a token for Codecov', `bash <(curl -s https://codecov.io/bash) -t ${secret}`],
    ['docker login', `docker login -u ci -p ${secret} registry.example.com`],
    ['redis-cli', `redis-cli -h cache1 -a ${secret} INFO`],
    ['7z', `7z x -p${secret} dump.7z`],
    ['ssh-keygen', `ssh-keygen -t ed25519 -N ${secret} -f id`],
    ['sqlcmd', `sqlcmd -S app-18 -U sa -P ${secret} -Q x`],
    ['schtasks', `schtasks /create /tn N /ru CORP\\svc /rp ${secret}`],
    ['radtest', `radtest ann ${secret} 10.0.0.1 1812 testing`],
    ['rpcclient', `rpcclient -U "CORP\\ann%${secret}" 10.0.0.1`],
    ['cqlsh', `cqlsh db1 -u app -p ${secret}`],
    ['unzip', `unzip -P ${secret} dump.zip`],
    ['a community of SNMP', `rocommunity ${secret} 10.0.0.0/24`],
    ["curl's proxy", `curl --proxy-user ann:${secret} -x proxy:3128 https://example.org`],
    ['IRC', `PASS oauth:${secret.replace('#', '').toLowerCase()}0123456789`],
    ['AUTH PLAIN', `AUTH PLAIN ${base64(secret)}`],
    ['Redis as typed', `127.0.0.1:6379> AUTH default ${secret}`],
    ['a secret id', `Secret ID    = ${secret}`],
    ['another command of a router', `enable secret 5 ${secret}`],
    ['POP3', `+OK ready\nUSER ci\n+OK\nPASS ${secret}\n-ERR auth`],
    ['IMAP', `C: a002 LOGIN ann@acme.io ${secret}`],
    ['SMTP', `<<< 334 UGFzc3dvcmQ6\n>>> ${base64(secret)}`],
    ['a monitor of Redis', `1778774237.5 [0 10.0.0.1:31380] "AUTH" "${secret}"`],
    ['a DSN of Go', `sql.Open("mysql", "app:${secret}@tcp(db1:3306)/orders")`],
    ['ipsec.secrets', `: PSK "${secret}"`],
    ['PHP', `define('DB_PASSWORD', '${secret}');`],
    ['a property list', `<key>DbPassword</key>\n<string>${secret}</string>`],
    ['CSV', `host,user,password\ndb1,app,${secret}\ndb2,app,see vault`],
    [
      'a table with a heading',
      `| Service | Db Password | Owner |\n|---|---|---|\n| api | ${secret} | @ann |`,
    ],
    ['two columns', `DB_HOST        db1\nDB_PASSWORD    ${secret}`],
    ['a router', `username ann privilege 15 password 0 ${secret}`],
    ['a trace of a shell', `+ echo root:${secret}\n+ chpasswd`],
    ['expect', `expect "assword:"\nsend "${secret}\\r"`],
    ['PsExec', `PsExec.exe \\\\w1 -u CORP\\ann -p ${secret} cmd`],
    ['net user', `net user svc ${secret} /add`],
    ['a colleague from Berlin', `Passwort für app-16: ${secret}`],
    ['a colleague from Madrid', `la contraseña de ledger es ${secret}, no la compartas`],
    ...[
      'Kennwort',
      'Zugangsdaten',
      'mot de passe',
      'mdp',
      'senha',
      'parola',
      'hasło',
      'wachtwoord',
      'heslo',
      'jelszó',
      'lösenord',
      'adgangskode',
      'пароль',
      'clave',
    ].map((word) => [`"${word}"`, `${word}: ${secret}`]),
    ['a ticket', `temporary password for ann@acme.io: ${secret}`],
    ['user and password', `@ann login with user grafana / password ${secret} on core`],
    ['smbclient', `smbclient //fs1/logs -U ann%${secret}`],
  ])('%s', (_place, text) => {
    const left = redactForModel(text);
    expect(left).toContain('[redacted:');
    expect(left).not.toContain(base64(secret));
    expect(left).not.toMatch(/Harbor|falcon42harbor|UZhbGNv|3MjJVS9P/);
    if (_place === 'base64 in base64') expect(left).toBe('[redacted:encoded]');
  });

  test('an object of kind Secret, whatever its keys are called', () => {
    const object = { kind: 'Secret', metadata: { name: 'orders' }, data: { 'config.bin': secret } };
    expect(redactJson(object)).toEqual({ ...object, data: { 'config.bin': '[redacted:secret]' } });
  });
});

test.each([
  'sha=66fb5dcd550976cc8a7cc7b9088bf907c6898f72 deployed',
  'trace_id=71d0da0eb6e56a9b710ce7097b73fa44 span_id=2f13435edc612797',
  'X-Amzn-Trace-Id: Root=1-d80877dc-35dfb74c14f24657b63129bf',
  'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIqrgcybtnHPOyymAbY1Z32iSstirupO2jIsYZtz5ejUy mia@laptop',
  'SHA256:/jvHiTjuCz6eGNBqqDgB8D5O2yVcWfxuUh6iSVJig2I mia@laptop (ED25519)',
  'token: $(cat /run/secrets/token)',
  'password = var.db_password',
  'echo passwords | grep -c passwd',
  '{"involvedObject":{"kind":"Secret","name":"orders"}}\n{"kind":"ConfigMap","data":{"mode":"prod"}}',
  'kind: Secret\n---\nkind: ConfigMap\ndata:\n  mode: prod',
  '| token | created 2026 |',
  '<label for="password">Password must have 12 characters</label>',
  '<td name="password">reset2day</td>',
  'ERROR: invalid password for user "app2"',
  "password 'must have 12 characters'",
  'use aws/us-east-1 to log in from there',
  'log in as ann / see runbook.md#login',
  'net use \\\\fs1\\logs /persistent:yes',
  'pin: v1.2.3',
  'wrong password 3 times in a row',
  '{"log": "token check passed\\n", "stream": "stdout", "time": "x"}\n{"log": "shop-7d9f8c6b5-x2x4z up\\n"}',
  'UPDATE users SET password = $1, token = $2 WHERE id = 11303',
  'Failed to watch *v1.Secret: secrets is forbidden',
  "token = req.headers.get('Authorization')",
  'PASS src/shop.test.ts\nPASS src/cart2.test.ts',
  'using password: YES)',
  'docker login --username AWS --password-stdin 346035221417.dkr.ecr.eu-central-1.amazonaws.com',
  'return &Client{apiKey: apiKey, name: "gateway"}',
  'System.Data, Version=4.0.0.0, PublicKeyToken=07dc0124746f5895',
  'gpg: using RSA key A54500DC1490223C10BB4DBC35AF245FBF2CE55D',
  'rotated the token\ndeploy-7d9f8c6b5-x2x4z is ready',
  'name,key_count,region\nshop,1200450,eu-west-1',
  'auth:\n  require_api_key: true\n  secret_name: sync-worker\n  key_file: /etc/billing/tls.key',
  "const password = await prompt('Password for mailer: ');",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in a file of GitHub's
  'password: ${{ secrets.DB_PASSWORD }}',
  "token = os.environ['REPORTS_TOKEN']",
  'Authorization: Bearer $TOKEN',
  'Authorization: Bearer [REDACTED]',
  'password = (sensitive value)',
  'postgres://deploy:***@db-lumen:5432/delta',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in an environment
  'postgres://${DB_USER}:${DB_PASSWORD}@birch:5432/birch',
  'sentry: captured event e8a1b1738664de7d092179f1962bea45 in project shop',
  'twilio: message SM5bf6ed4b320f6efed029bdb893f24d97 status=undelivered',
  'resolved "https://registry.yarnpkg.com/a/-/a-1.0.0.tgz#deebdb05228fe065512a389c960b6fddd9667f39"',
  'Cache restored from key: Linux-npm-2f5b478a431f05029af2de86afec5ec4799cf90a8b53bee1128d32e11bed2e93',
])('%s stays', (text) => {
  expect(redactForModel(text)).toBe(text);
});
