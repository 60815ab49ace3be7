// One child process of the supervisor: started, watched, stopped. Its options go along as its one argument.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * ready resolves with the port the child listens on (null: none) or rejects when it ends or dawdles first.
 * exited resolves with a word on how it ended. stop() is gentle for graceMs, then SIGKILL; it resolves when it is gone.
 */
export function startChild({ program, options, log, readyMs = 10_000 }) {
  const file = fileURLToPath(new URL(`./${program}.mjs`, import.meta.url));
  const args = ['--max-old-space-size=64', file, JSON.stringify(options)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let running = true;

  child.stderr.setEncoding('utf8').on('data', (text) => log.error(`${options.name}: ${text}`));
  child.on('error', (error) => log.error(`${options.name}: ${error.message}`));

  const exited = new Promise((resolve) => {
    const end = (how) => {
      running = false;
      resolve(how);
    };
    child.once('exit', (code, signal) => end(signal ?? `exit ${code}`));
    child.once('error', (error) => child.pid === undefined && end(error.message));
  });

  const ready = new Promise((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Error(`${options.name} was not ready in ${readyMs}ms`)),
      readyMs,
    );
    child.once('message', (message) => {
      clearTimeout(late);
      resolve(message.port);
    });
    exited.then((how) => {
      clearTimeout(late);
      reject(new Error(`${options.name} ended at its start (${how})`));
    });
  });
  ready.catch(() => {});

  async function stop({ graceMs = 6_000 } = {}) {
    if (!running) return;
    send({ type: 'stop' });
    const late = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await exited;
    clearTimeout(late);
  }

  function send(message) {
    // The callback takes the error of a channel that closes at this very moment.
    if (child.connected) child.send(message, () => {});
  }

  return {
    pid: child.pid,
    ready,
    exited,
    isRunning: () => running,
    stop,
    send,
    kill: () => child.kill('SIGKILL'),
  };
}
