// Passwords in command lines, as shells, audit logs and histories show them: what comes before one, by its program.
import { type Cut, traceSteps } from './redact-cuts.ts';
import { looksMade, type Spoken, stepOf } from './redact-spoken.ts';

const S = '[ \\t]{1,4}';
/** Other arguments up to the option, within the command. */
const args = (most: number): string => `\\b[^\\n|;]{0,${most}}?[ \\t]`;
const USER = '["\']?[^\\s%"\':]{1,64}';

const BEFORE = [
  `sshpass${S}-p[ \\t]{0,4}`,
  `(?:mysql(?:dump|admin)?|mariadb)${args(80)}-p`,
  `(?:docker|podman|helm|az|oc)\\b[^\\n|;]{0,60}?\\blogin${args(60)}-p${S}`,
  `redis-cli${args(80)}-a${S}`,
  `(?:mongo(?:sh|dump|restore)?|cqlsh|[Pp]s[Ee]xec(?:64)?(?:\\.exe)?)${args(80)}-p${S}`,
  `(?:ipmitool|sqlcmd|bcp|isql|(?:un)?zip)${args(80)}-P${S}`,
  `ldap[a-z]{3,8}${args(80)}-w[ \\t]{0,4}`,
  `snmp[a-z]{2,9}${args(120)}-[AX]${S}`,
  `(?:smbclient|rpcclient|smbget|winexe|wmic)${args(80)}-U[ \\t]{0,4}${USER}%`,
  `codecov(?:\\.io/bash\\)|\\b[^\\n|;]{0,80}?)[ \\t]-t${S}`,
  `7z[ar]?${args(80)}-p(?=\\S)`,
  `ssh-keygen${args(80)}-[NP]${S}`,
  `schtasks${args(160)}/rp${S}`,
  `rabbitmqctl${S}(?:add_user|change_password)${S}\\S{1,64}${S}`,
  `htpasswd${S}-[a-zA-Z]{0,4}b[a-zA-Z]{0,4}${S}\\S{1,128}${S}\\S{1,64}${S}`,
  `radtest${S}\\S{1,64}${S}`,
  `net${S}use${args(80)}(?=[^\\s/]{4,64}${S}/user:)`,
  `net${S}user${S}\\S{1,64}${S}(?=[^\\s/]{4,64}(?:${S}/(?:add|domain|active)|[ \\t]*$))`,
  `(?:r[ow]community6?|snmp-server${S}community)${S}`,
];

const HINT =
  /codecov|sshpass|mysql|maria|login|redis-cli|mongo|cqlsh|psexec|ipmi|sqlcmd|bcp|isql|zip|7z|ldap|snmp|smb|rpcclient|winexe|wmic|ssh-keygen|schtasks|rabbit|passw|radtest|net use|community|secret|assword|stdin|sudo/i;

const RULES: readonly Spoken[] = [
  {
    kind: 'password',
    find: new RegExp(`\\b((?:${BEFORE.join('|')})["']?)([^\\s"'-][^\\s"']{3,})`, 'gm'),
  },
  {
    // What routers keep: password 0 hunter2. "Wrong password 3 times" is prose.
    kind: 'password',
    find: /\b((?:password|secret)[ \t]{1,4}\d[ \t]{1,4})([^\s"'-][^\s"']{3,})/g,
    isSecret: looksMade,
  },
  {
    // echo … | docker login --password-stdin
    kind: 'password',
    find: /\b((?:echo|printf)(?:[ \t]{1,4}-[a-zA-Z]{1,3})?[ \t]{1,4}(?:["']?%s(?:\\n)?["']?[ \t]{1,4})?\\{0,4}["']?)([^\s"'|\\]{3,}(?=\\{0,8}["']?[ \t]{0,4}\|[ \t]{0,4}(?:[^\n|]{1,160}(?:--password-stdin|-pass(?:in|out)?[ \t]{1,4}stdin)|sudo[ \t]{1,4}-S|(?:sudo[ \t]{1,4})?(?:\/[\w/]{1,40}\/)?(?:ch)?passwd\b)))/g,
    isSecret: (secret) => !/^\$\w+$/.test(secret),
  },
  {
    // As `set -x` prints the same.
    kind: 'password',
    find: /\b(echo[ \t]{1,4}["']?[\w.-]{1,32}:)([^\s"']{3,}(?=["']?[ \t]{0,4}\r?\n[ \t+]{0,8}(?:sudo[ \t]{1,4})?chpasswd\b))/g,
  },
  {
    // expect
    kind: 'password',
    find: /(assword[^\n]{0,24}\n[^\n]{0,24}\bsend(?:[ \t]{1,4}--)?[ \t]{1,4}")([^\s"]{3,}?(?=\\r|"))/g,
  },
];

const steps = RULES.map(stepOf);

export function commandCuts(text: string): Cut[] {
  return HINT.test(text) ? traceSteps(text, steps) : [];
}
