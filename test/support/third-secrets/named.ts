// Keys that only their name tells: hex, base64 or words that could be anything.

import { BASE36, BASE62, BASE64, type Chance, HEX, passwordOf, URL_SAFE, uuidOf } from './chance.ts';
import type { KeyKind } from './tokens.ts';

const named = (kind: string, names: string, make: KeyKind['make']): KeyKind => ({
  kind,
  names: names.split(' '),
  plain: false,
  make,
});

const random = (kind: string, make: KeyKind['make']): KeyKind => ({
  kind,
  names: ['value'],
  plain: true,
  make,
});

export const NAMED: readonly KeyKind[] = [
  named('aws secret key', 'AWS_SECRET_ACCESS_KEY aws_secret_access_key SecretAccessKey', (c) =>
    c.text(BASE64, 40),
  ),
  named(
    'aws session token',
    'AWS_SESSION_TOKEN SessionToken',
    (c) => `IQoJb3JpZ2luX2Vj${c.text(BASE64, 300)}==`,
  ),
  named('azure storage key', 'AccountKey AZURE_STORAGE_KEY', (c) => c.bytes(64).toString('base64')),
  named('gitlab ci', 'CI_JOB_TOKEN', (c) => c.text(URL_SAFE, 20)),
  named('twilio auth token', 'TWILIO_AUTH_TOKEN authToken', (c) => c.text(HEX, 32)),
  named('heroku old', 'HEROKU_API_KEY', uuidOf),
  named('datadog api', 'DD_API_KEY DATADOG_API_KEY dd-api-key', (c) => c.text(HEX, 32)),
  named('datadog app', 'DD_APP_KEY DD_APPLICATION_KEY', (c) => c.text(HEX, 40)),
  named('pagerduty routing', 'routing_key PD_INTEGRATION_KEY', (c) => c.text(HEX, 32)),
  named('cloudflare token', 'CLOUDFLARE_API_TOKEN CF_API_TOKEN', (c) => c.text(URL_SAFE, 40)),
  named('cloudflare global', 'X-Auth-Key CLOUDFLARE_API_KEY', (c) => c.text(HEX, 37)),
  named('okta token', 'OKTA_API_TOKEN okta_client_token', (c) => `00${c.text(URL_SAFE, 40)}`),
  named('auth0', 'AUTH0_CLIENT_SECRET client_secret', (c) => c.text(URL_SAFE, 64)),
  named('discord client', 'DISCORD_CLIENT_SECRET', (c) => c.text(URL_SAFE, 32)),
  named('consul', 'CONSUL_HTTP_TOKEN', uuidOf),
  named('circleci', 'CIRCLE_TOKEN Circle-Token', (c) => c.text(HEX, 40)),
  named('algolia admin', 'ALGOLIA_ADMIN_KEY', (c) => c.text(HEX, 32)),
  named('fastly', 'Fastly-Key FASTLY_API_TOKEN', (c) => c.text(URL_SAFE, 32)),
  named('snyk', 'SNYK_TOKEN', uuidOf),
  named('session cookie', 'SESSION_SECRET sessionSecret cookie_secret', (c) => c.text(HEX, c.of([32, 64]))),
  named('rails', 'secret_key_base SECRET_KEY_BASE', (c) => c.text(HEX, 128)),
  named('django', 'SECRET_KEY DJANGO_SECRET_KEY', (c) => c.text(`${BASE36}!@#%^*(-_=+)`, 50)),
  named('encryption key', 'ENCRYPTION_KEY encryptionKey signing-key HMAC_KEY', (c) =>
    c.bytes(32).toString('base64'),
  ),
  named('password', 'DB_PASSWORD password dbPassword passwd PGPASSWORD admin_pwd', passwordOf),
  named('passphrase', 'passphrase KEY_PASSPHRASE keystore.password', passwordOf),
  named('mysql', 'MYSQL_ROOT_PASSWORD MYSQL_PWD', passwordOf),
  named('redis', 'REDIS_PASSWORD requirepass', passwordOf),
  named('smtp', 'SMTP_PASS smtpPassword', passwordOf),
  named('ldap', 'bindPassword LDAP_BIND_PW', passwordOf),
  named('named hex', 'api_key apiKey X-API-Key secret token access-token', (c) =>
    c.text(HEX, c.between(32, 64)),
  ),
  named('named base62', 'apikey appSecret auth_token service.token', (c) =>
    c.text(BASE62, c.between(32, 64)),
  ),
  named('named base64', 'shared_secret webhookSecret private_key_b64', (c) =>
    c.bytes(c.between(24, 64)).toString('base64'),
  ),
  named('numeric pin', 'otp_secret api_secret', (c) => c.text('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 32)),
];

/** Keys of 32 characters and more that stand there without a word about them. */
export const RANDOM: readonly KeyKind[] = [
  random('bare base62', (c) => c.text(BASE62, c.between(32, 64))),
  random('bare base64', (c) => c.bytes(c.between(24, 64)).toString('base64')),
  random('bare base64url', (c) => c.text(URL_SAFE, c.between(32, 64))),
  random('bare hex', (c) => c.text(HEX, c.between(32, 64))),
  random('bare base36', (c) => c.text(BASE36, c.between(32, 48))),
];

export const BASIC = (chance: Chance): string =>
  Buffer.from(`${chance.of(['deploy', 'admin', 'svc-build'])}:${passwordOf(chance)}`).toString('base64');
