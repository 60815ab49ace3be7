// What is a secret only by the words before it; for after the pairs, which know better what it is.
import { type Cut, cutsOf, traceSteps } from './redact-cuts.ts';
import { isExemptValue, isMarker, marker, sensitiveName } from './redact-names.ts';

interface Spoken {
  kind: string;
  /** The first group is what stays before the secret, the last is the secret. */
  find: RegExp;
  isSecret?: (secret: string, match: RegExpExecArray) => boolean;
}

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
    find: /(?<=\s)((?:-u|--user)[ \t=]{1,4}["']?[\w.@-]{1,64}:)([^\s"']{1,})/g,
    // docker run -u 1000:1000 names a user and a group.
    isSecret: (password) => !/^\d+$/.test(password),
  },
];

// None of these in most lines, so that one look is enough for them.
const HINT =
  /machine|login|set|ENV|ARG|sshpass|mysql|maria|mongo|redis-cli|identified|password|passphrase|secret|token|key/i;

const HINTED: readonly Spoken[] = [
  {
    // gnu.org/software/inetutils/manual, "the .netrc file".
    kind: 'password',
    find: /\b((?:machine\s{1,32}\S{1,256}|default)\s{1,32}login\s{1,32}\S{1,256}\s{1,32}(?:account\s{1,32}\S{1,256}\s{1,32})?password\s{1,32})(\S+)/g,
  },
  {
    // setx NAME value, setenv NAME value, Dockerfile ENV NAME value, fish set -gx NAME value.
    kind: 'secret',
    find: /\b((?:setx|setenv|ENV|ARG|set[ \t]{1,4}-[a-z]{1,3})[ \t]{1,4}([A-Za-z_]\w{0,64})[ \t]{1,4}["']?)([^\s"']+)/g,
    isSecret: (_secret, [, , name = '']) => sensitiveName(name) !== null,
  },
  {
    kind: 'password',
    find: /\b((?:sshpass[ \t]{1,4}-p[ \t]{0,4}|(?:mysql(?:dump|admin)?|mariadb)\b[^\n|;]{0,80}?[ \t]-p|(?:docker|podman|helm|az|oc)\b[^\n|;]{0,60}?\blogin\b[^\n|;]{0,60}?[ \t]-p[ \t]{1,4}|redis-cli\b[^\n|;]{0,80}?[ \t]-a[ \t]{1,4}|mongo(?:sh|dump|restore)?\b[^\n|;]{0,80}?[ \t]-p[ \t]{1,4})["']?)([^\s"'-][^\s"']{3,})/g,
  },
  {
    kind: 'password',
    find: /\b((?:identified[ \t]{1,4}(?:with[ \t]{1,4}\w{1,40}[ \t]{1,4})?by|(?:with|encrypted|set)[ \t]{1,4}password|ConvertTo-SecureString(?:[ \t]{1,4}-String)?)[ \t]{1,4}(?:password[ \t]{1,4})?["'])([^"'\n]+)/gi,
  },
  {
    // "the password is hunter2": a digit in it, or it is prose.
    kind: 'secret',
    find: /\b((?:password|passwd|passphrase|secret|token|(?:api|access|secret)[ _-]?key)[ \t]{1,4}(?:is|was|to|=)[ \t]{1,4}["'`]?)([^\s"'`]{6,})/gi,
    isSecret: (secret) =>
      /[\d!#$%^*~]/.test(secret) &&
      /[A-Za-z]/.test(secret) &&
      !/^(?:[\w-]{1,40}(?:\.[a-z]{1,6}){1,4}[.,:]?$|[\w.-]{0,40}\/)/.test(secret),
  },
];

const alwaysSteps = ALWAYS.map(stepOf);
const allSteps = [...alwaysSteps, ...HINTED.map(stepOf)];

function stepOf({ kind, find, isSecret }: Spoken): (text: string) => Cut[] {
  return (text) =>
    cutsOf(text, find, marker(kind), (match) => {
      const secret = match.at(-1) ?? '';
      const passed = isMarker(secret) || isExemptValue(secret) || isSecret?.(secret, match) === false;
      return passed ? null : (match[1] ?? '').length;
    });
}
