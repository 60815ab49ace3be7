// Which file systems of this machine fill up, and how full they are.
import { readFile, stat, statfs } from 'node:fs/promises';
import type { MountUsage } from '../../domain/capability.ts';

export interface Mount {
  path: string;
  /** `major:minor`: the same for two mounts of one file system. */
  device: string;
  type: string;
  readOnly: boolean;
}

/** Not asked unless named in the settings: a dead server would hold the call, and with it the daemon's threads. */
const REMOTE = /^(nfs|nfs4|cifs|smb3|smbfs|9p|ceph|glusterfs|lustre|afs|fuse(\..*)?|virtiofs|davfs)$/;
const LOCAL = /^(ext[234]|xfs|btrfs|zfs|f2fs|jfs|reiserfs|bcachefs|vfat|exfat|ntfs3?|ufs|nilfs2)$/;

/**
 * Mounts of disks that can be written to, one per file system: the shortest path wins. The overlay of a container
 * counts at `/` only. `named` replaces the choice; what it names is taken whatever it is.
 */
export async function watchedMounts(named: readonly string[] | null): Promise<string[]> {
  if (named !== null) return [...new Set(named)];
  const mounts = parseMountInfo(await readFile('/proc/self/mountinfo', 'utf8').catch(() => ''));
  if (mounts.length === 0) return ['/'];
  const chosen = realMounts(mounts);
  const folders = await Promise.all(
    chosen.map(({ path }) =>
      stat(path).then(
        (found) => found.isDirectory(),
        () => false,
      ),
    ),
  );
  const paths = chosen.map(({ path }) => path).filter((_path, index) => folders[index]);
  return paths.length === 0 ? ['/'] : paths;
}

/** Of each file system that can fill up, the shortest path. Sorted by path. */
export function realMounts(mounts: readonly Mount[]): Mount[] {
  const byDevice = new Map<string, Mount>();
  for (const mount of mounts) {
    if (mount.readOnly || REMOTE.test(mount.type)) continue;
    if (!LOCAL.test(mount.type) && !(mount.path === '/' && mount.type !== 'rootfs')) continue;
    const known = byDevice.get(mount.device);
    if (known === undefined || mount.path.length < known.path.length) byDevice.set(mount.device, mount);
  }
  return [...byDevice.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The lines of `/proc/self/mountinfo`, proc(5): `36 35 98:0 /root /mnt rw,noatime shared:1 - ext4 /dev/sda rw`. */
export function parseMountInfo(text: string): Mount[] {
  return text.split('\n').flatMap((entry) => {
    const [before, after] = entry.split(' - ');
    const [, , device, , path, options] = (before ?? '').split(' ');
    const [type, , superOptions] = (after ?? '').split(' ');
    if (device === undefined || path === undefined || type === undefined || type === '') return [];
    const readOnly = [options, superOptions].some((list) => (list ?? '').split(',').includes('ro'));
    return [{ path: unescapeOctal(path), device, type, readOnly }];
  });
}

/** Null: not there, or it cannot be asked. */
export async function usageOf(mount: string): Promise<MountUsage | null> {
  const found = await statfs(mount).catch(() => null);
  if (found === null || found.blocks === 0) return null;
  const used = found.blocks - found.bfree;
  return {
    mount,
    totalBytes: found.blocks * found.bsize,
    usedBytes: used * found.bsize,
    // As df does: blocks kept for root count neither as used nor as free.
    percent: percentOf(used, used + found.bavail),
  };
}

function percentOf(used: number, of: number): number {
  return of <= 0 ? 100 : Number(((100 * used) / of).toFixed(1));
}

function unescapeOctal(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_whole, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
