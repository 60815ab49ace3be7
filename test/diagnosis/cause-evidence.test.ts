// What makes one of two explanations the better one, each beside the case where the same rule must not fire.
import { describe, expect, test } from 'vitest';
import { answerOf, diagnose } from '../../src/diagnosis/cause/diagnose.ts';
import { type About, at, deploy, files, lines, type Night, night, slope, steps } from './incidents/night.ts';

const sureness = (it: Night) => {
  const found = diagnose(night(it));
  return `${answerOf(found)}, ${found.confidence}`;
};
const fine = lines('02:40', '03:30', 4_000, 'a-1', (i, t) => `${t} INFO request ${i} done`);
const says = (text: string, from = '03:10:20', to = '03:16', everyMs = 1_500) =>
  lines(from, to, everyMs, 'a-1', (_i, t) => `${t} ${text}`);
const HURTS = [
  steps('error_rate', '%', ['01:00', 0.1], ['03:10', 31]),
  steps('request_rate', '/s', ['01:00', 40]),
];

/** A shop at 03:15 with what its logs say, a deploy if one is given, and others it needs or that are beside it. */
const shop = (
  logs: About['logs'],
  {
    deployed,
    changed = ['src/cart.ts'],
    needs = {},
    others = {},
    more = {},
  }: {
    deployed?: string;
    changed?: string[];
    needs?: Record<string, About>;
    others?: Record<string, About>;
    more?: Partial<Night>;
  } = {},
) =>
  sureness({
    startedAt: '03:15',
    service: 'shop',
    about: {
      shop: {
        dependsOn: Object.keys(needs),
        ...(deployed
          ? {
              deploys: [deploy('9', deployed, 'feat: x'), deploy('8', '12:00', 'y')],
              comparisons: { 9: files(...changed) },
            }
          : {}),
        logs: [fine, ...(logs ?? [])],
        metrics: HURTS,
      },
      ...needs,
      ...others,
    },
    ...more,
  });

describe('a deploy that is near', () => {
  const VAGUE = 'ERROR could not place the order';

  test('with errors at once: it is likely', () =>
    expect(shop([says(VAGUE)], { deployed: '03:09' })).toBe('deploy shop #9, likely'));
  test('with errors a quarter of an hour later: it may be', () =>
    expect(shop([says(VAGUE)], { deployed: '02:56' })).toMatch(
      /^(?:deploy shop #9, possible|unknown, null)$/,
    ));
  test('with errors that began as a third party stopped to answer: they are its echo', () =>
    expect(
      shop([says(VAGUE), says('WARN GET https://api.tax.example/v2: Read timed out')], {
        deployed: '03:09',
      }),
    ).toMatch(/^provider api\.tax\.example/));
  test('of mere looks: errors that say nothing are not of it with certainty', () =>
    expect(shop([says(VAGUE)], { deployed: '03:09', changed: ['web/cart.css', 'web/cart.svg'] })).toBe(
      'deploy shop #9, possible',
    ));
  test('of a template that cannot be rendered: it is', () =>
    expect(
      shop([says("ERROR ActionView::Template::Error (undefined method 'plan' for nil)")], {
        deployed: '03:08',
        changed: ['app/views/cart.html.erb'],
      }),
    ).toBe('deploy shop #9, likely'));

  const NAMED = 'ERROR at PriceTier.resolve (price-tier.ts:31): no tier';
  test('a quarter of an hour before errors that name what it changed: it is more than near', () => {
    const named = shop([says(NAMED)], { deployed: '02:57', changed: ['src/price-tier.ts'] });
    expect(named).toBe('deploy shop #9, likely');
    expect(shop([says(NAMED)], { deployed: '02:57', changed: ['src/stock-count.ts'] })).not.toBe(named);
  });
  test('what was named in errors before it, is not named because of it', () =>
    expect(
      shop([says(NAMED), says('WARN price-tier.ts is slow', '02:46', '03:16', 60_000)], {
        deployed: '02:57',
        changed: ['src/price-tier.ts'],
      }),
    ).not.toContain('likely'));
});

describe('errors of one instance', () => {
  const others = (say: string) =>
    shop(
      [
        says('ERROR could not place the order'),
        lines('03:09', '03:16', 2_000, 'b-1', (i, t) => `${t} ${say} ${i}`),
      ],
      {
        deployed: '03:09',
      },
    );

  test('while the other works: a deploy reaches both', () =>
    expect(others('INFO request done')).not.toContain('likely'));
  test('while the other fails as well: it is of the deploy', () =>
    expect(others('ERROR could not place the order')).toBe('deploy shop #9, likely'));
});

describe('a change that we were told of', () => {
  const told = (title: string, text: string, time = '03:04') =>
    shop([says(text)], {
      more: { changes: [{ service: 'shop', title, author: null, at: at(time), source: 'audit' }] },
    });

  test('of the network, and nobody is reached since: it is the cause', () =>
    expect(told('terraform: security group shop, 1 to change', 'ERROR connect: i/o timeout')).toBe(
      'change shop, likely',
    ));
  test('of the network, and the code stumbles: it may be', () =>
    expect(
      told('terraform: security group shop, 1 to change', 'ERROR TypeError: x is not a function'),
    ).not.toContain('likely'));
  test('of a dashboard: it is none', () =>
    expect(told('grafana dashboard shop: new panel', 'ERROR connect: i/o timeout')).toBe('unknown, null'));
});

describe('a restart of ours', () => {
  const restarted = (logs: About['logs']) =>
    shop(logs, {
      more: {
        doings: [
          {
            capability: 'services.restart',
            service: 'shop',
            at: at('03:02'),
            state: 'succeeded',
            autoFix: 'restart on errors',
            scaled: null,
            undone: null,
          },
        ],
      },
    });

  test('of which nothing shows harm: it is not named', () => expect(restarted([])).toBe('unknown, null'));
  test('beside a full disk: the disk', () =>
    expect(restarted([says('ERROR write: no space left on device')])).toBe('disk-full shop, likely'));
});

describe('a limit of a third party', () => {
  const LIMITED = 'ERROR 429 Client Error: Too Many Requests for url: https://api.crm.example/v3';

  test('since it hurts, beside a deploy that is near: the limit', () =>
    expect(shop([says(LIMITED)], { deployed: '03:00' })).toBe('rate-limit api.crm.example, likely'));
  test('that was always met: it explains nothing', () =>
    expect(shop([says(LIMITED, '02:45', '03:16', 20_000)])).toBe('unknown, null'));
});

describe('more instances', () => {
  const scaled = (time: string, busyFrom: string, shares = 'shop-db') =>
    shop([says('ERROR FATAL: sorry, too many clients already')], {
      needs: {
        'shop-db': {
          kind: 'database',
          metrics: [steps('connections', 'count', ['01:00', 40], [busyFrom, 100])],
        },
      },
      others: { worker: { dependsOn: [shares], health: null } },
      more: {
        doings: [
          {
            capability: 'services.scale',
            service: 'worker',
            at: at(time),
            state: 'succeeded',
            autoFix: 'more workers',
            scaled: { from: 2, to: 20 },
            undone: null,
          },
        ],
      },
    });

  test('before what both need was full: they filled it', () =>
    expect(scaled('03:08', '03:09')).toBe('action services.scale worker, likely'));
  test('when it was full already: they came because of it', () =>
    expect(scaled('03:08', '03:02')).toBe('saturation shop-db, possible'));
  test('of somebody who does not use it: they have nothing to do with it', () =>
    expect(scaled('03:08', '03:09', 'other-db')).toBe('saturation shop-db, possible'));
});

describe('a neighbour that works', () => {
  const beside = (worksFrom: string, metric = 'cpu_usage') =>
    shop([says('WARN slow query (4100 ms)')], {
      needs: {
        'shop-db': { kind: 'database', metrics: [steps('cpu_usage', '%', ['01:00', 20], ['03:08', 98])] },
      },
      others: {
        reports: { dependsOn: ['shop-db'], metrics: [steps(metric, '%', ['01:00', 4], [worksFrom, 71])] },
      },
    });

  test('since before what both need was full: it fills it', () =>
    expect(beside('03:06')).toMatch(/^neighbour reports/));
  test('only since then: it suffers as well', () =>
    expect(beside('03:10')).toBe('saturation shop-db, possible'));
  test('since an hour: it did so without harm', () =>
    expect(beside('02:05')).toBe('saturation shop-db, possible'));
  test('by memory: that asks nothing of others', () =>
    expect(beside('03:06', 'memory_usage')).toBe('saturation shop-db, possible'));
});

describe('a failover', () => {
  const READ_ONLY = 'ERROR: cannot execute INSERT in a read-only transaction';
  const told = (time: string, text = 'INFO: promoted self to leader by acquiring session lock') =>
    shop([says(`ERROR ${READ_ONLY}`)], {
      needs: {
        'shop-db': {
          kind: 'database',
          logs: [
            lines('02:45', '03:16', 60_000, 'd', (_i, t) => `${t} LOG:  checkpoint complete`),
            lines(time, time, 1_000, 'd', (_i, t) => `${t} ${text}`),
          ],
        },
      },
    });

  test('just before: it is the cause', () => expect(told('03:09:40')).toMatch(/^failover shop-db/));
  test('half an hour before: writes are refused, whatever it was', () =>
    expect(told('02:46:30')).toMatch(/^read-only shop-db/));
  test('that a replica says every minute it is none is no failover', () =>
    expect(told('03:09:40', 'INFO: no action. I am (d), a secondary, and following a leader (e)')).toMatch(
      /^read-only shop-db/,
    ));
});

describe('settings that cannot be used', () => {
  const BAD = 'FATAL shop.service: Failed to load environment files: No such file or directory';

  test('without a deploy stand for themselves', () =>
    expect(shop([says(BAD)])).toMatch(/^configuration shop/));
  test('with one just before: it brought them', () =>
    expect(shop([says(BAD)], { deployed: '03:09' })).toBe('deploy shop #9, likely'));
});

describe('where it lies', () => {
  const READONLY = "ERROR ReplyError: READONLY You can't write against a read only replica.";
  const cache: About = { kind: 'cache', health: null };

  test('a refusal in the words of Redis: at the one cache it needs', () =>
    expect(shop([says(READONLY)], { needs: { sessions: cache } })).toBe('read-only sessions, likely'));
  test('of two caches: at the one that is called so', () =>
    expect(shop([says(READONLY)], { needs: { memo: cache, 'cart-redis': cache } })).toBe(
      'read-only cart-redis, likely',
    ));
  test('of two that are called so: nobody is accused', () =>
    expect(shop([says(READONLY)], { needs: { 'a-redis': cache, 'b-redis': cache } })).toMatch(
      /^read-only shop/,
    ));

  test('a certificate that the other side refuses is ours', () =>
    expect(shop([says('ERROR Post "https://bank.example/x": remote error: tls: expired certificate')])).toBe(
      'certificate shop, likely',
    ));
  test('one that we refuse is theirs', () =>
    expect(
      shop([
        says(
          'ERROR Post "https://bank.example/x": x509: certificate has expired or is not yet valid: current time 2026-11-23T03:10:00Z is after 2026-11-23T03:00:00Z',
        ),
      ]),
    ).toBe('certificate bank.example, likely'));
  test('one that will end in two weeks is no trouble', () =>
    expect(shop([says('WARN certificate will expire in 14 days: bank.example')])).toBe('unknown, null'));

  const lookup = (name: string, why: string) =>
    says(`ERROR dial tcp: lookup ${name} on 10.96.0.10:53: ${why}`);
  test('several names that are not answered: whoever asks has no resolver', () =>
    expect(
      shop([lookup('a.acme.example', 'i/o timeout'), lookup('b.acme.example', 'server misbehaving')]),
    ).toMatch(/^dns shop/));
  test('one name that is not there: that name', () =>
    expect(shop([lookup('a.acme.example', 'no such host')])).toBe('dns a.acme.example, likely'));
});

describe('what grows', () => {
  const grows = (from: string, deployed: string) =>
    sureness({
      startedAt: '03:15',
      service: 'shop',
      about: {
        shop: {
          deploys: [deploy('9', deployed, 'feat: x'), deploy('8', '12:00', 'y')],
          comparisons: { 9: files('src/cart.ts') },
          logs: [fine, says('ERROR 429 Client Error: Too Many Requests for url: https://api.crm.example/v3')],
          metrics: [...HURTS, slope('queue_depth', 'count', ['01:00', 20], [from, 20], ['03:16', 900])],
        },
      },
    });

  test('with the effect waits because of it', () =>
    expect(grows('03:09', '02:52')).toBe('rate-limit api.crm.example, likely'));
  test('long before it, since a deploy: that is its doing as well', () =>
    expect(grows('02:33', '02:31')).not.toBe('rate-limit api.crm.example, likely'));
});

test('that something is down stands behind why it is', () => {
  const down = (logs: About['logs']) =>
    shop([says('ERROR connect ECONNREFUSED pay:8080')], {
      needs: {
        pay: {
          deploys: [deploy('3', '03:08', 'PAY-7'), deploy('2', '12:00', 'PAY-6')],
          comparisons: { 3: files('application-prod.yml') },
          health: { desired: 2, running: 0, healthy: 0 },
          ...(logs ? { logs } : {}),
        },
      },
    });
  expect(down([says("FATAL Could not resolve placeholder 'psp.key'", '03:08:40')])).toMatch(/^deploy pay #3/);
  expect(down(undefined)).toMatch(/^(?:dependency-down pay|deploy pay #3, possible)/);
});
