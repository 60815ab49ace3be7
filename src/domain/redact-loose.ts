// What is a secret only by the words before it; for after the pairs, which know better what it is.
import { chanceOf } from './redact-chance.ts';
import { type Cut, traceSteps } from './redact-cuts.ts';
import { sensitiveName } from './redact-names.ts';
import { looksMade, type Spoken, stepOf } from './redact-spoken.ts';

export function looseCuts(text: string): Cut[] {
  return traceSteps(text, HINT.test(text) ? allSteps : alwaysSteps);
}

const ALWAYS: readonly Spoken[] = [
  {
    kind: 'bearer',
    find: /\b(bearer[ \t]{1,4})([\w.~+/=-]{8,})/gi,
    // "bearer authentication" is prose: a token has a digit, or no word is that long.
    isSecret: (token) => /\d/.test(token) || token.length > 20,
  },
  {
    kind: 'password',
    find: /(?<=\s)((?:-u|--user|--proxy-user)[ \t=]{1,4}["']?[\w.@-]{1,64}:)([^\s"']{1,})/g,
    // docker run -u 1000:1000 names a user and a group.
    isSecret: (password) => !/^\d+$/.test(password),
  },
];

// None of these in most lines, so that one look is enough for them.
const HINT =
  /machine|login|set|ENV|ARG|identified|pass|pw|pin|cred|log.?in|sign.?in|secur|masterauth|secret|token|key|clave|contras|kennwort|zugang|mot de|mdp|senha|parola|has.o|wachtwoord|heslo|jelsz|l.senord|adgangskode|парол|sqlplus|jdbc|[\w*]:(?:\d{4,5}|\*):[\w*]/i;

const HINTED: readonly Spoken[] = [
  {
    // gnu.org/software/inetutils/manual, "the .netrc file".
    kind: 'password',
    // A line of it may have a mark of a diff, a mail or a log before it.
    find: /\b((?:machine\s{1,32}\S{1,256}|default)(?:[ \t]{1,32}|\s{1,32}(?<=\n[ \t]{0,32})[^\n]{0,64}?\b)login\s{1,32}\S{1,256}(?:[ \t]{1,32}|\s{1,32}(?<=\n[ \t]{0,32})[^\n]{0,64}?\b)(?:account\s{1,32}\S{1,256}\s{1,32}(?:[^\n]{0,64}?\b)?)?password[ \t]{1,32})(\S+)/g,
  },
  {
    // setx NAME value, setenv NAME value, Dockerfile ENV NAME value, fish set -gx NAME value.
    kind: 'secret',
    find: /\b((?:setx|setenv|ENV|ARG|set[ \t]{1,4}-[a-z]{1,3})[ \t]{1,4}([A-Za-z_]\w{0,64})[ \t]{1,4}["']?)([^\s"']+)/g,
    isSecret: (_secret, [, , name = '']) => sensitiveName(name) !== null,
  },
  {
    kind: 'password',
    find: /\b((?:identified[ \t]{1,4}(?:with[ \t]{1,4}\w{1,40}[ \t]{1,4})?by|(?:with|encrypted|set)[ \t]{1,4}password|ConvertTo-SecureString(?:[ \t]{1,4}-String)?)[ \t]{1,4}(?:password[ \t]{1,4})?["'])([^"'\n]+)/gi,
  },
  {
    // redis.conf
    kind: 'password',
    find: /\b((?:requirepass|masterauth)[ \t]{1,4}["']?)([^\s"']+)/g,
  },
  {
    // Oracle's user/password@host.
    kind: 'password',
    find: /\b((?:jdbc:oracle:\w{1,8}:|sqlplus[ \t]{1,4}(?:-\w{1,8}[ \t]{1,4}){0,4})["']?[\w$#.-]{1,64}\/)([^\s"'@]{1,128}(?=@))/gi,
  },
  {
    // postgresql.org/docs/current/libpq-pgpass: host:port:database:user:password.
    kind: 'password',
    find: /(?<![\w.:/-])((?:[\w.-]{1,128}|\*):(?:\d{4,5}|\*):[\w*-]{1,64}:[\w*.-]{1,64}:)([^\s"'`:]{4,128})(?=[\s"'`\\]|$)/g,
    // Beside PostgreSQL's own ports nothing else reads so.
    isSecret: (secret, [, before = '']) =>
      /:(?:5432|5433|6432|\*):/.test(before) ||
      (/[A-Za-z]/.test(secret) && /\d|[a-z].*[A-Z].*[a-z]/.test(secret) && chanceOf(secret) > 0),
  },
  {
    // A row of a table in Markdown or of a database's shell.
    kind: 'secret',
    find: /(\|[ \t]{1,16}[`*]{0,3}([\w.-]{3,64})[`*]{0,3}[ \t]{1,32}\|[ \t]{1,16}`?)([^\s|`]{6,}(?=`?[ \t]{1,32}\|))/g,
    isSecret: (secret, [, , name = '']) =>
      /[\d!#$%^*~]/.test(secret) && /[A-Za-z]/.test(secret) && sensitiveName(name) !== null,
  },
  {
    // ALTER USER … PASSWORD 'hunter2', SET PASSWORD = PASSWORD('hunter2'), login ann password "hunter2".
    kind: 'password',
    find: /\b(pass(?:word|wd|phrase|code)[ \t]{0,4}(?:\([ \t]{0,4}|[ \t])N?["'`])([^\s"'`]{4,}(?=["'`]))/gi,
    isSecret: looksMade,
  },
  {
    // "creds: ann:hunter2", "use ann / hunter2 to log in".
    kind: 'password',
    find: /\b((?:creds?|credentials|logins?|log[ \t]in|sign[ \t]in)(?:[ \t]{1,4}(?:for|to)[ \t]{1,4}[\w.-]{1,64})?(?:[ \t]{1,4}(?:is|are|as|with|->|→)){0,2}[ \t]{0,4}[:=]?[ \t]{1,4}["'`]?[\w.@-]{2,64}[ \t]?[:/][ \t]?)([^\s"'`]{6,})/gi,
    isSecret: looksMade,
  },
  {
    kind: 'password',
    find: /\b((?:use|try|with)[ \t]{1,4}["'`]?[\w.@-]{2,64}["'`]?[ \t]?[:/][ \t]?["'`]?)([^\s"'`]{8,}(?=["'`]?[ \t]{1,4}(?:to[ \t]{1,4}(?:log|sign)|for[ \t]{1,4}the[ \t]{1,4}login)))/gi,
    isSecret: (secret) => looksMade(secret) && !/^[a-z]{2}-[a-z]{4,9}-\d$/.test(secret),
  },
  {
    // "user ann / password hunter2", "login ann, pw hunter2".
    kind: 'password',
    find: /\b((?:user(?:name)?|login)[ \t:=]{1,4}["'`]?[\w.@-]{2,64}["'`]?[ \t]{0,4}[/,;]?[ \t]{1,4}(?:and[ \t]{1,4})?pass(?:word|wd|phrase)?[ \t]{1,4}["'`]?)([^\s"'`]{6,})/gi,
    isSecret: looksMade,
  },
  {
    // "the password is hunter2", "the password for the staging db is hunter2": a digit in it, or it is prose.
    kind: 'secret',
    find: /\b((?:password|passwd|passphrase|passcode|pw|pwd|pin|secret|token|(?:api|access|secret)[ _-]?key)[ \t]{1,4}(?:(?:for|of|on|to|de|do|para|für|pour|del?la?)(?:[ \t]{1,4}[\w.@-]{1,64}){1,5}?(?=:|[ \t])[ \t]{0,4})?(?:is|was|to|est|es|ist|=|→|->|=>|(?<=(?:for|of|on)[ \t][^\n]{1,160}):)[ \t]{1,4}["'`«„“]?[ \t]?)([^\s"'`«»]{6,})/gi,
    isSecret: looksMade,
  },
  {
    // The word for it in other languages.
    kind: 'password',
    find: /(?<![\p{L}\w])((?:passwort|kennwort|zugangsdaten|contraseña|contrasena|clave|mot[ \t]de[ \t]passe|mdp|senha|parola|hasło|haslo|wachtwoord|heslo|jelszó|lösenord|adgangskode|пароль)(?:[ \t]{1,4}[\p{L}\w.@-]{1,64}){0,5}?(?:[ \t]{0,4}[:=→]|[ \t]{1,4}(?:ist|lautet|es|est|é|è|is|to|jest|je|är|er))[ \t]{1,4}["'`«„“]?[ \t]?)([^\s"'`«»]{6,})/giu,
    isSecret: looksMade,
  },
  {
    kind: 'password',
    find: /(?<![\w.-])((?:pw|pwd|passcode)[ \t]{0,4}[:=][ \t]{0,4}["'`]?)([^\s"'`]{6,})/gi,
    isSecret: looksMade,
  },
];

const alwaysSteps = ALWAYS.map(stepOf);
const allSteps = [...alwaysSteps, ...HINTED.map(stepOf)];
