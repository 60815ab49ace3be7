// Words that say what stands beside them: one list for every system.

const set = (words: string) => new Set(words.split(' '));

/** Before a number they are part of a date. */
export const CALENDAR = set(
  'Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec ' +
    'Monday Tuesday Wednesday Thursday Friday Saturday Sunday',
);
/** After a number they are part of a time. */
export const ZONES = set('AM PM UTC GMT EST EDT CST CDT MST MDT PST PDT CET CEST BST IST JST');
/** After a number they are its unit: the same event is written with another one when the number is larger. */
export const UNITS = set(
  'B KB MB GB TB PB kB KiB MiB GiB TiB kb K M G ms us µs ns s sec secs second seconds min mins minutes h hrs Hz KHz kHz MHz GHz',
);
/** After `key=`. */
export const LITERALS = set('true false null nil none None True False undefined NaN');

/** In brackets: ( on off ). */
export const SWITCHES = set('on off yes no true false up down ok null none');

/** Ends of host names that are no ends of class or file names. */
const DOMAINS = set('com net org edu gov mil info io dev local internal lan cloud');
/** Begin the names of packages, whatever their end. */
const PACKAGES = set('com net org edu io java javax android kotlin scala system');

/** `cache-1.example.com` has a digit and needs no list; this is for `db.example.com`. */
export function isHost(word: string): boolean {
  const first = word.slice(0, word.indexOf('.'));
  const last = word.slice(word.lastIndexOf('.') + 1);
  if (PACKAGES.has(first) || word !== word.toLowerCase()) return false;
  return DOMAINS.has(last) || (last.length === 2 && word.split('.').length > 2 && first.length > 1);
}

/** Of the grammar: where one stands, another word is another sentence. */
export const GRAMMAR = set(
  'a an the this that is are was were be been being has have had do does did done will would can could cannot may might must ' +
    'should shall not no none and or but if then else when while until after before during since because so than as at by for ' +
    'from in into of off on onto out over to up with without within under between through via per about against it its my your ' +
    'our their he she they we you i there here more less all any some each only already yet still again too also new old first last ' +
    'fail fails failure error errors success successful complete start stop open close enable disable up down ok',
);

/** Participles and gerunds say what happened. */
export function isVerbForm(word: string): boolean {
  return (
    word.length > 4 && /^[A-Za-z][a-z-]*(?:ed|ing|ized|ised)$/.test(word) && !/(?:string|thing)$/.test(word)
  );
}

export function isCapitals(word: string): boolean {
  return word.length > 1 && /^[A-Z][A-Z_-]*$/.test(word);
}

/** A name follows: `user alice`. */
export const NAMES_FOLLOW = set(
  'user users username login account host hostname node server client service device file folder directory job task topic queue ' +
    'table database schema instance container pod package module named name domain group role bucket cluster shard region',
);
/** A value often follows. */
export const VALUES_FOLLOW = set('for from by on at with via');
