// The only things this source ever runs on a machine: fixed documents of Systems Manager with typed parameters. They
// are created once by the team (examples/aws/ssm); a document whose bytes differ is not run. Pure.
import { createHash } from 'node:crypto';

interface Parameter {
  type: 'String';
  description: string;
  default?: string;
  allowedValues?: readonly string[];
  allowedPattern?: string;
}

export interface SsmDocument {
  name: string;
  description: string;
  parameters: Readonly<Record<string, Parameter>>;
  /** Lines of sh. Each prints one line that begins with `openclaw `, and JSON behind it. */
  script: readonly string[];
}

const MODE: Parameter = {
  type: 'String',
  description: 'inspect changes nothing',
  default: 'inspect',
  allowedValues: ['inspect', 'run'],
};

export const DISK_USAGE: SsmDocument = {
  name: 'openclaw-disk-usage',
  description: 'How full the file systems of the machine are. Changes nothing.',
  parameters: {},
  script: [
    'set -eu',
    "df -P -k -l -x tmpfs -x devtmpfs -x overlay -x squashfs -x iso9660 -x efivarfs | awk '",
    '  NR > 1 && $6 ~ /^\\/[A-Za-z0-9._\\/-]*$/ {',
    '    printf "%s{\\"mount\\":\\"%s\\",\\"kib\\":%s,\\"usedKib\\":%s,\\"freeKib\\":%s}", (n++ ? "," : "openclaw {\\"mounts\\":["), $6, $2, $3, $4',
    '  }',
    '  END { print (n ? "]}" : "openclaw {\\"mounts\\":[]}") }\'',
  ],
};

export const PRUNE_DOCKER: SsmDocument = {
  name: 'openclaw-disk-prune-docker',
  description: 'What docker system prune -f would remove, or that it is removed.',
  parameters: { mode: MODE },
  script: [
    'set -eu',
    '# Two braces together would be a parameter of this document.',
    "o='{''{'; c='}''}'",
    'command -v docker >/dev/null 2>&1 || { echo \'openclaw {"absent":"there is no docker here"}\'; exit 0; }',
    'docker version --format "$o.Server.Version$c" >/dev/null 2>&1 || { echo \'openclaw {"absent":"the docker engine does not answer"}\'; exit 0; }',
    'if [ "{{ mode }}" = run ]; then',
    "  said=$(docker system prune -f | sed -n 's/^Total reclaimed space: *\\([0-9.]*[A-Za-z]*\\)$/\\1/p')",
    '  echo "openclaw {\\"freed\\":\\"$said\\"}"',
    '  exit 0',
    'fi',
    'stopped=$(docker ps -aq --no-trunc --filter status=created --filter status=exited --filter status=dead | sort | sed \'s/.*/"&"/\' | paste -sd, -)',
    'images=$(docker images -q --filter dangling=true | wc -l | tr -d " ")',
    'sizes=$(docker system df --format "$o.Type$c=$o.Reclaimable$c" | sed \'s/ (.*//; s/.*/"&"/\' | paste -sd, -)',
    'echo "openclaw {\\"containers\\":[$stopped],\\"images\\":$images,\\"reclaimable\\":[$sizes]}"',
  ],
};

export const VACUUM_JOURNAL: SsmDocument = {
  name: 'openclaw-disk-vacuum-journal',
  description: "How large systemd's journal is, or that it is trimmed to a size.",
  parameters: {
    mode: MODE,
    keepBytes: {
      type: 'String',
      description: 'Bytes that stay',
      default: '500000000',
      allowedPattern: '^[1-9][0-9]{6,14}$',
    },
  },
  script: [
    'set -eu',
    'command -v journalctl >/dev/null 2>&1 || { echo \'openclaw {"absent":"there is no journalctl here"}\'; exit 0; }',
    "size() { du -sck /var/log/journal /run/log/journal 2>/dev/null | awk 'END { print $1 + 0 }'; }",
    'before=$(size)',
    'if [ "{{ mode }}" = run ]; then journalctl --no-pager --vacuum-size={{ keepBytes }} >/dev/null 2>&1; fi',
    'echo "openclaw {\\"kib\\":$before,\\"leftKib\\":$(size)}"',
  ],
};

export const REMOVE_OLD_FILES: SsmDocument = {
  name: 'openclaw-disk-remove-old-files',
  description: 'Plain files below /tmp or /var/tmp that nobody has used for a while and nobody has open.',
  parameters: {
    mode: MODE,
    path: { type: 'String', description: 'Where', default: '/tmp', allowedValues: ['/tmp', '/var/tmp'] },
    olderThanMinutes: {
      type: 'String',
      description: 'Not written, read or renamed for so long',
      default: '10080',
      allowedPattern: '^[1-9][0-9]{1,6}$',
    },
  },
  script: [
    'set -eu',
    'cd "{{ path }}"',
    '# Open or mapped files keep their inode; the walk stays on this file system, where it names them.',
    'here=$(stat -c %d .)',
    "used=$(find -L /proc/[0-9]*/fd /proc/[0-9]*/map_files -maxdepth 1 -type f -printf '%D %i\\n' 2>/dev/null | awk -v here=\"$here\" '$1 == here { print $2 }' | sort -u)",
    'set --',
    'for inode in $used; do set -- "$@" ! -inum "$inode"; done',
    'remove=; if [ "{{ mode }}" = run ]; then remove=-delete; fi',
    "find . -xdev -type f -mmin +{{ olderThanMinutes }} -amin +{{ olderThanMinutes }} -cmin +{{ olderThanMinutes }} \"$@\" -printf '%b\\n' $remove 2>/dev/null | awk '",
    '  { blocks += $1; files++ }',
    '  END { printf "openclaw {\\"files\\":%d,\\"bytes\\":%.0f}\\n", files, blocks * 512 }\'',
  ],
};

export const OOM_KILLS: SsmDocument = {
  name: 'openclaw-oom-kills',
  description: 'Whether the kernel killed something for memory in the last minutes. Changes nothing.',
  parameters: {
    minutes: {
      type: 'String',
      description: 'How far back',
      default: '10',
      allowedPattern: '^[1-9][0-9]{0,2}$',
    },
  },
  script: [
    'set -eu',
    "kills=$(journalctl --dmesg --no-pager --quiet --output=cat --since='-{{ minutes }} min' 2>/dev/null | grep -c '^oom-kill:constraint=' || true)",
    'echo "openclaw {"kills":$kills}"',
  ],
};

export const DOCUMENTS: readonly SsmDocument[] = [
  DISK_USAGE,
  OOM_KILLS,
  PRUNE_DOCKER,
  VACUUM_JOURNAL,
  REMOVE_OLD_FILES,
];

/** The bytes `aws ssm create-document --content file://…` is given. */
export function documentText({ name, description, parameters, script }: SsmDocument): string {
  const action = 'aws:runShellScript';
  const step = {
    action,
    name: name.replaceAll('-', '_'),
    inputs: { timeoutSeconds: '900', runCommand: script },
  };
  return `${JSON.stringify({ schemaVersion: '2.2', description, parameters, mainSteps: [step] }, null, 2)}\n`;
}

/** As `DescribeDocument` has it, and `SendCommand` compares it. */
export function documentHash(document: SsmDocument): string {
  return createHash('sha256').update(documentText(document)).digest('hex');
}
