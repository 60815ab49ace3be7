import { networkInterfaces } from 'node:os';
import { describe, expect, test } from 'vitest';
import { SECRET, startTestServer } from './harness.ts';

const hasIpv6 = Object.values(networkInterfaces()).some((all) =>
  all?.some(({ address }) => address === '::1'),
);

describe('where it listens', () => {
  test.each([['0.0.0.0'], ['::'], ['10.0.0.1'], ['ops.example']])(
    '%s in plain text is refused',
    async (host) => {
      await expect(startTestServer({ listen: { host, port: 0 } })).rejects.toMatchObject({
        name: 'UserError',
        type: 'refused',
        message: expect.stringContaining(host),
        hint: expect.stringContaining('--behind-proxy'),
      });
    },
  );

  test('keys that are none are told before anything listens', async () => {
    await expect(startTestServer({ tls: { cert: 'x', key: 'y' } })).rejects.toMatchObject({
      name: 'UserError',
      hint: expect.stringContaining('--tls-cert'),
    });
  });

  test('a port that is taken is told with what to type', async () => {
    const first = await startTestServer();
    await expect(startTestServer({ listen: { host: '127.0.0.1', port: first.port } })).rejects.toMatchObject({
      name: 'UserError',
      message: `another program listens on 127.0.0.1:${first.port} already`,
      hint: expect.stringContaining('--listen'),
    });
    await first.close();
  });

  test('an address of another machine is told, behind a proxy too', async () => {
    await expect(
      startTestServer({ listen: { host: '203.0.113.1', port: 0 }, behindProxy: true }),
    ).rejects.toMatchObject({ name: 'UserError', message: '203.0.113.1 is not an address of this machine' });
  });

  test.skipIf(!hasIpv6)('gives the port it got, on IPv6 as well', async () => {
    const server = await startTestServer({ listen: { host: '[::1]', port: 0 } });
    const response = await fetch(`http://[::1]:${server.port}/hooks/scripts`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET}` },
      body: '{"title":"x"}',
    });
    expect([server.address, response.status]).toEqual(['::1', 200]);
    await response.text();
    await server.close();
  });
});
