import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ProbeReading } from '../../../src/sources/host/probe.ts';
import { type Prober, startProber, summarize } from '../../../src/sources/host/probe.ts';
import { until } from '../../support/until.ts';
import { hostSource, SOURCE, service } from './support.ts';

const clock = { now: () => Date.now() };

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function web(
  listener: RequestListener,
): Promise<{ port: number; url: string; close: () => Promise<void> }> {
  const server = createServer(listener);
  const port = await listen(server);
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  return { port, url: `http://127.0.0.1:${port}/health`, close };
}

function prober(url: string, more: { timeoutMs?: number; everyMs?: number } = {}): Prober {
  const started = startProber({ url, everyMs: 5, windowMs: 60_000, timeoutMs: 5_000, ...more }, clock);
  onTestFinished(() => started.stop());
  return started;
}

async function reading(of: Prober): Promise<ProbeReading> {
  await until(() => of.read().errorRate !== null);
  return of.read();
}

describe('what a window of samples says', () => {
  const good = { failed: false, tookMs: 10 };
  const bad = { failed: true, tookMs: null };
  const settings = { everyMs: 1_000, windowMs: 30_000 };
  const cases: [string, { failed: boolean; tookMs: number | null }[], Partial<ProbeReading>][] = [
    ['nothing yet', [], { up: null, errorRate: null, latencyMs: null }],
    ['too few', Array(9).fill(good), { up: null, errorRate: null }],
    ['enough', Array(10).fill(good), { up: true, errorRate: 0, latencyMs: 10 }],
    ['one in eight fails', [...Array(21).fill(good), bad, bad, bad], { up: true, errorRate: 12.5 }],
    ['all refused', Array(10).fill(bad), { up: false, errorRate: 100, latencyMs: null }],
    ['back again', [...Array(20).fill(bad), good], { up: true, errorRate: 95.24 }],
    ['the slowest twentieth', [...Array(19).fill(good), { failed: false, tookMs: 900 }], { latencyMs: 10 }],
    [
      'more than that',
      [...Array(18).fill(good), ...Array(2).fill({ failed: false, tookMs: 900 })],
      { latencyMs: 900 },
    ],
  ];
  test.each(cases)('%s', (_name, samples, expected) => {
    expect(summarize(samples, settings)).toMatchObject(expected);
  });

  test('half a window is enough where it holds few', () => {
    expect(summarize([good, good], { everyMs: 10_000, windowMs: 40_000 }).up).toBe(true);
  });
});

describe('a prober', () => {
  test('counts answers of 500 and above as failed, on connections it keeps', async () => {
    let asked = 0;
    const ports = new Set<number | undefined>();
    const { url } = await web((request, response) => {
      asked += 1;
      ports.add(request.socket.remotePort);
      response.writeHead(asked % 4 === 0 ? 503 : asked % 4 === 1 ? 404 : 200).end('x');
    });
    const probing = prober(url);
    await until(() => probing.read().samples >= 40);
    const found = probing.read();
    expect(found.up).toBe(true);
    expect(found.errorRate).toBeGreaterThan(20);
    expect(found.errorRate).toBeLessThan(30);
    expect(found.latencyMs).toBeGreaterThan(0);
    expect(ports.size).toBeLessThanOrEqual(4);
  });

  test('calls a service down when nobody listens', async () => {
    const { url, close } = await web(() => undefined);
    await close();
    expect(await reading(prober(url))).toMatchObject({ up: false, errorRate: 100, latencyMs: null });
  });

  test('waits no longer than its time-out, with a few requests under way at most', async () => {
    let open = 0;
    let most = 0;
    const { url } = await web((request) => {
      open += 1;
      most = Math.max(most, open);
      request.socket.on('close', () => {
        open -= 1;
      });
    });
    const found = await reading(prober(url, { timeoutMs: 20 }));
    expect(found).toMatchObject({ up: false, errorRate: 100 });
    expect(found.latencyMs).toBeGreaterThanOrEqual(19);
    expect(most).toBeLessThanOrEqual(8);
  });

  test('is not held by a body that trickles, nor by one without end', async () => {
    const { url } = await web((_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 2);
      response.on('close', () => clearInterval(timer));
    });
    expect(await reading(prober(url, { timeoutMs: 30 }))).toMatchObject({ errorRate: 100 });

    const flood = await web((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        response.once('drain', more);
      };
      more();
    });
    expect(await reading(prober(flood.url))).toMatchObject({ errorRate: 0, up: true });
  });

  const hostile: [string, string | null][] = [
    ['closes at once', ''],
    ['speaks something else', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['sends half a head', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['promises more than it sends', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort'],
  ];
  test.each(hostile)('counts a server that %s as failed', async (_name, answer) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.end(answer ?? '');
    });
    const port = await listen(server);
    onTestFinished(() => void server.close());
    expect(await reading(prober(`http://127.0.0.1:${port}/`))).toMatchObject({ up: false, errorRate: 100 });
  });

  test('does not count a kept connection that the server closed', async () => {
    const server = createTcpServer((socket) => {
      let requests = 0;
      socket.on('error', () => undefined);
      socket.on('data', () => {
        requests += 1;
        if (requests === 1) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        else socket.resetAndDestroy();
      });
    });
    const port = await listen(server);
    onTestFinished(() => void server.close());
    const probing = prober(`http://127.0.0.1:${port}/`);
    await until(() => probing.read().samples >= 40);
    expect(probing.read().errorRate).toBe(0);
  });

  test('forgets what is older than its window', async () => {
    const { url } = await web((_request, response) => response.end());
    let now = 1_000_000;
    const probing = startProber({ url, everyMs: 5, windowMs: 10_000, timeoutMs: 5_000 }, { now: () => now });
    await until(() => probing.read().samples >= 10);
    await probing.stop();
    now += 10_001;
    expect(probing.read()).toEqual({ up: null, errorRate: null, latencyMs: null, samples: 0 });
  });

  test('stops with requests under way', async () => {
    let asked = 0;
    const { url } = await web(() => {
      asked += 1;
    });
    const probing = startProber({ url, everyMs: 5, windowMs: 60_000, timeoutMs: 60_000 }, clock);
    await until(() => asked > 0);
    await probing.stop();
    expect(probing.read().samples).toBe(0);
  });
});

describe('the metrics of a source', () => {
  const probe = (url: string) => ({ url, every: '50ms', window: '30s', timeout: '2s' });

  test('follow the services as they change', async () => {
    const [one, two] = await Promise.all([
      web((_request, response) => response.end()),
      web((_request, response) => response.writeHead(500).end()),
    ]);
    const services = [service({ probe: probe(one.url) })];
    const { source, reader } = hostSource(services, { settings: { disk: '/' } });
    const call = { signal: new AbortController().signal };
    const measured = async (metric: string) => {
      const found = await source.measure?.(call);
      return found?.find((each) => each.metric === metric && each.service === 'shop')?.value;
    };
    await until(async () => (await measured('error_rate')) === 0);
    expect(await measured('up')).toBe(true);

    services[0] = service({ probe: probe(two.url) });
    await until(async () => (await measured('error_rate')) === 100);
    const series = await reader('metrics.query').read({ service: 'shop', metric: 'up' }, services[0], call);
    expect(series).toEqual([{ metric: 'up', unit: 'boolean', current: 0, points: [] }]);
    const health = await reader('services.health').read({ service: 'shop' }, services[0], call);
    expect(health).toMatchObject({ healthy: 0, instances: [{ id: 'shop', state: 'unhealthy' }] });

    services.length = 0;
    expect(await measured('error_rate')).toBeUndefined();
  });

  test('come with the past that was polled', async () => {
    const asked: object[] = [];
    const history = {
      read: async (query: object) => {
        asked.push(query);
        return [{ at: 1, value: 5 }];
      },
    };
    const shop = service({ probe: probe('http://127.0.0.1:1/') });
    const { read } = hostSource([shop], {
      history,
      clock: { now: () => 10_000_000 },
      settings: { disk: '/' },
    });
    expect(await read('metrics.query', { service: 'shop', metric: 'latency', sinceMs: 60_000 })).toEqual([
      { metric: 'latency', unit: 'ms', current: null, points: [{ at: 1, value: 5 }] },
    ]);
    expect(asked).toEqual([{ source: SOURCE, target: 'shop', metric: 'latency', sinceAt: 9_940_000 }]);
    const all = await read('metrics.query', { service: 'shop' });
    expect(all.map(({ metric }) => metric)).toEqual([
      'up',
      'error_rate',
      'latency',
      'cpu_usage',
      'memory_usage',
      'disk_usage',
    ]);
    expect(asked.at(-1)).toMatchObject({ metric: 'disk_usage', target: '/' });
    await expect(read('metrics.query', { service: 'shop', metric: 'eror_rate' })).rejects.toThrow(
      'did you mean error_rate?',
    );
  });

  test('a stored probe that cannot work is left out', async () => {
    const { source } = hostSource([service({ probe: { ...probe('ftp://x'), every: 'often' } })]);
    const found = await source.measure?.({ signal: new AbortController().signal });
    expect(found?.filter((each) => each.service !== null)).toEqual([]);
  });
});
