// The command line of shopctl: one table, parsed strictly. Nothing is guessed, nothing unknown is passed over.
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ShopError } from './errors.mjs';

const number = (name, least, most) => (text) => {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw new ShopError(
      'usage',
      `${name} must be a whole number from ${least} to ${most}, not "${clip(text)}"`,
    );
  }
  return value;
};

const pattern = (name, expression, what) => (text) => {
  if (!expression.test(text)) throw new ShopError('usage', `${name} must be ${what}, not "${clip(text)}"`);
  return text;
};

const release = (name) => number(name, 1, 999_999);
const oneOf = (name, choices) => (text) => {
  if (!choices.includes(text))
    throw new ShopError('usage', `${name} must be ${choices.join(' or ')}, not "${clip(text)}"`);
  return text;
};

const keyPattern = pattern('the pattern', /^[\w:*-]{1,100}$/, '1 to 100 letters, digits, and : * - _');
const key = pattern(
  '--key',
  /^[\w.:-]{1,128}$/,
  '1 to 128 letters, digits, dots, colons, dashes or underscores',
);

/** Each command: its positional arguments in order, its options (null: a switch without a value). */
export const commands = {
  start: {
    takes: [],
    options: {
      instances: number('--instances', 0, 12),
      release: release('--release'),
      traffic: number('--traffic', 0, 100),
      attached: null,
    },
  },
  stop: { takes: [], options: {} },
  status: { takes: [], options: {} },
  health: {
    takes: [],
    may: ['service', oneOf('the service', ['shop', 'shop-db', 'shop-cache'])],
    options: {},
  },
  deploy: { takes: [['release', release('the release')]], options: { key } },
  rollback: { takes: [['release', release('the release')]], options: { to: release('--to'), key } },
  deploys: { takes: [], options: {} },
  compare: {
    takes: [
      ['from', release('from')],
      ['to', release('to')],
    ],
    options: {},
  },
  scale: { takes: [['count', number('count', 0, 12)]], options: { key } },
  restart: { takes: [], options: { full: null, mode: oneOf('--mode', ['rolling', 'full']), key } },
  'flush-cache': {
    takes: [],
    may: ['pattern', keyPattern],
    options: { key },
  },
  'cache-stats': { takes: [], may: ['pattern', keyPattern], options: {} },
  operation: { takes: [['key', key]], options: {} },
  'logs-path': { takes: [], options: {} },
};

export const usage = `shopctl: a small shop of real processes on this machine

  start [--instances 2] [--release 491] [--traffic 42] [--attached]
  stop | status | deploys | logs-path
  health [shop|shop-db|shop-cache]
  deploy <release> [--key K]        ship a release, one instance at a time
  rollback <release> [--to N] [--key K]   undo a release, if that leads to release N
  compare <from> <to>               commits and files between two releases
  scale <count> [--key K]           0 to 12 instances
  restart [--mode rolling|full] [--key K] one at a time, or all at once (also --full)
  cache-stats [pattern]
  flush-cache [pattern] [--key K]   for example product:491:1*
  operation <key>                   how the operation with this key ended

  --dir D   the shop's folder (or SHOP_DIR; default: the nearest .quickstart/shop, here or above)
  --json    one JSON document
`;

/** @returns {{ command: string, dir: string, json: boolean, args: Record<string, unknown> }} */
export function parseArguments(words, { env, cwd }) {
  const [command, ...rest] = words;
  if (command === undefined) throw new ShopError('usage', 'no command given', 'shopctl --help');
  if (!Object.hasOwn(commands, command)) {
    throw new ShopError('usage', `no command "${clip(command)}"`, 'shopctl --help');
  }
  const spec = commands[command];
  const args = {};
  const positionals = [];
  const seen = new Set();
  let json = false;
  let dir = env.SHOP_DIR || null;

  while (rest.length > 0) {
    const word = rest.shift();
    if (!word.startsWith('--')) {
      positionals.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const name = equals < 0 ? word.slice(2) : word.slice(2, equals);
    if (seen.has(name)) throw new ShopError('usage', `--${clip(name)} is given twice`);
    seen.add(name);
    const known = name === 'json' || name === 'dir' || Object.hasOwn(spec.options, name);
    if (!known) throw new ShopError('usage', `${command} has no option --${clip(name)}`, 'shopctl --help');
    const read = name === 'json' ? null : name === 'dir' ? folder : spec.options[name];
    if (read === null) {
      if (equals >= 0) throw new ShopError('usage', `--${name} takes no value`);
      if (name === 'json') json = true;
      else args[name] = true;
      continue;
    }
    const value = equals < 0 ? rest.shift() : word.slice(equals + 1);
    if (value === undefined || (equals < 0 && value.startsWith('--')))
      throw new ShopError('usage', `--${name} needs a value`);
    if (name === 'dir') dir = read(value);
    else args[name] = read(value);
  }

  const least = spec.takes.length;
  const most = least + (spec.may ? 1 : 0);
  if (positionals.length < least) {
    const missing = spec.takes.slice(positionals.length).map(([name]) => `<${name}>`);
    throw new ShopError('usage', `${command} needs ${missing.join(' ')}`, 'shopctl --help');
  }
  if (positionals.length > most) {
    throw new ShopError('usage', `${command} does not take "${clip(positionals[most])}"`, 'shopctl --help');
  }
  for (const [index, text] of positionals.entries()) {
    const [name, read] = spec.takes[index] ?? spec.may;
    args[name] = read(text);
  }
  if (args.full && args.mode === 'rolling')
    throw new ShopError('usage', '--full and --mode rolling exclude each other');
  return { command, dir: dir === null ? nearestShop(cwd) : resolve(cwd, dir), json, args };
}

/** As git finds its folder: from anywhere below the place where the shop was started. */
function nearestShop(cwd) {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const found = join(folder, '.quickstart', 'shop');
    if (existsSync(join(found, 'history.jsonl'))) return found;
    if (folder === dirname(folder)) return join(cwd, '.quickstart', 'shop');
  }
}

function folder(text) {
  if (text.trim() === '' || text.includes('\0'))
    throw new ShopError('usage', '--dir needs the path of a folder');
  return text;
}

function clip(text) {
  const plain = String(text).replace(/\p{Cc}/gu, '?');
  return plain.length > 60 ? `${plain.slice(0, 60)}…` : plain;
}
