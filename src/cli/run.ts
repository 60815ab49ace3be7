// `openclaw run`: the daemon, with chat in this terminal where there is one.
import { isIP } from 'node:net';
import type { Command } from 'commander';
import { parseDuration } from '../domain/duration.ts';
import { usageError } from '../domain/errors.ts';
import { quoted } from '../domain/excerpt.ts';
import { isLoopback } from '../domain/loopback.ts';
import type { Context } from './context.ts';
import { localPerson } from './local-person.ts';

/** Where webhooks arrive unless told otherwise. */
const DEFAULT_LISTEN = '127.0.0.1:7353';

export interface ListenAddress {
  host: string;
  /** 0: any free one. */
  port: number;
}

interface RunFlags {
  listen: string;
  tlsCert?: string;
  tlsKey?: string;
  behindProxy?: boolean;
  heartbeatUrl?: string;
  keepRaw?: string;
  chat: boolean;
  logJson?: boolean;
}

export function defineRun(command: Command, context: Context): void {
  command
    .option('--listen <host:port>', 'where alerts arrive over HTTP', DEFAULT_LISTEN)
    .option('--tls-cert <file>', 'certificate (PEM); needed to listen beyond this machine')
    .option('--tls-key <file>', 'its private key (PEM)')
    .option('--behind-proxy', 'a proxy in front does TLS; lets it listen beyond this machine')
    .option(
      '--heartbeat-url <url>',
      'called each minute while all is well, so that something elsewhere notices when it is not; or env:NAME',
    )
    .option('--keep-raw <duration>', 'how long what came in is kept as it came (default: 30d, at least 2d)')
    .option('--no-chat', 'no chat in this terminal')
    .option('--log-json', 'log lines as JSON; the default without a terminal')
    .addHelpText(
      'after',
      '\nExamples:\n  $ openclaw run\n  $ openclaw run --no-chat --log-json --listen 127.0.0.1:8080\n' +
        '  $ openclaw run --listen 0.0.0.0:443 --tls-cert cert.pem --tls-key key.pem\n' +
        '  $ openclaw run --no-chat --heartbeat-url env:HEARTBEAT_URL\n\n' +
        'SIGTERM and Ctrl-C end it: nothing new starts, running steps get 10 seconds. One daemon a state folder (78).',
    )
    .action((flags: RunFlags) => run(context, flags));
}

async function run(context: Context, flags: RunFlags): Promise<void> {
  const { io, stateDir } = context;
  const listen = parseListen(flags.listen);
  const { tlsCert, tlsKey } = flags;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw usageError('--tls-cert and --tls-key go together', '--tls-cert cert.pem --tls-key key.pem');
  }
  const tls =
    tlsCert !== undefined && tlsKey !== undefined ? { certFile: tlsCert, keyFile: tlsKey } : undefined;
  const behindProxy = flags.behindProxy === true;
  if (!isLoopback(listen.host) && !tls && !behindProxy) {
    throw usageError(
      `${listen.host} can be reached from other machines, and secrets would cross the network in clear`,
      'add --tls-cert and --tls-key, or --behind-proxy where a proxy does TLS, or listen on 127.0.0.1',
    );
  }
  const keepRawMs = flags.keepRaw === undefined ? undefined : parseKeepRaw(flags.keepRaw);
  const person = io.isTty && flags.chat && flags.logJson !== true ? localPerson() : null;
  const { runDaemon } = await import('../daemon/run.ts');
  await runDaemon({
    stateDir,
    listen,
    ...(tls ? { tls } : {}),
    behindProxy,
    ...(keepRawMs === undefined ? {} : { keepRawMs }),
    ...(flags.heartbeatUrl === undefined ? {} : { heartbeatUrl: flags.heartbeatUrl }),
    person,
    io,
    clock: io,
  });
}

/** `host:port`, `[::1]:7353`, `localhost:0`. Errors: usage. */
export function parseListen(text: string): ListenAddress {
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(text.trim()) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  const fits = host !== undefined && port <= 65_535 && (bracketed === undefined || isIP(bracketed) === 6);
  if (!fits) throw usageError(`--listen takes host:port, not ${quoted(text)}`, `--listen ${DEFAULT_LISTEN}`);
  return { host, port };
}

const DAY_MS = 86_400_000;

/** Incidents and the record are kept for good; this is for the raw requests. Errors: usage. */
export function parseKeepRaw(text: string): number {
  const ms = parseDuration(text);
  // What is repeated within this is known by it as a repeat.
  if (ms >= 2 * DAY_MS && ms <= 3650 * DAY_MS) return ms;
  throw usageError(`--keep-raw takes 2d to 3650d, not ${quoted(text)}`, '--keep-raw 30d');
}
