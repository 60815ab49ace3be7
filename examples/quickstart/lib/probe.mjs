// A health check as a balancer makes it: does the process answer, in time, that it is well?
import { get } from 'node:http';

export function isHealthy(port, { timeoutMs = 1_000 } = {}) {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const request = get({ host: '127.0.0.1', port, path: '/health', agent: false, signal }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode === 200));
      response.once('error', () => resolve(false));
    });
    request.once('error', () => resolve(false));
  });
}
