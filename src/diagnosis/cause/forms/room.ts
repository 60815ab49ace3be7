// What programs write when there is no room: on a disk, in memory, in the table of open files.

/** errno 28 in the words of C, Go, Java, Python and Rust; quotas (122); databases, queues, search and nodes by their own. */
export const DISK_FULL: readonly RegExp[] = [
  /no space left on device|\bENOSPC\b|StorageFull|disk quota exceeded|\bEDQUOT\b|\bOS err(?:no|or)[: ]{1,2}28\b|\(Errcode: 28\b/i,
  /disk (?:is )?full|not enough (?:free )?(?:disk )?space|out of disk space|OutOfDiskSpace|disk usage exceeded flood-stage|no inodes|disk resource limit alarm|free disk space is insufficient/i,
  /flood[- ]stage disk watermark|FORBIDDEN\/12\/|read-only-allow-delete|index read-only \/ allow delete/i,
  /MISCONF Redis is configured to save|The table '[^']{1,80}' is full|filegroup is full|transaction log for database .{1,80} is full/,
  /\bORA-(?:0165[2-4]|01688|01691|00257|19809|19815)\b|unable to extend (?:table|index|temp segment)/,
  // etcd, JetStream, kubelet.
  /database space exceeded|etcdserver: no space|alarm:NOSPACE|insufficient storage resources available|insufficient resources.{0,20}JetStream/i,
  /\b(?:NodeHasDiskPressure|EvictionThresholdMet|FreeDiskSpaceFailed)\b|low on resource: ephemeral-storage|attempting to reclaim ephemeral-storage|had condition: \[DiskPressure\]/,
  // Managed databases in their events.
  /storage (?:has been |is |was )?(?:exhausted|full)|exhausted (?:the |its )?(?:allocated )?storage|\bstorage-full\b|NOT_ENOUGH_SPACE|Cannot reserve \S{1,20} \S{1,5}, not enough space/i,
];

/** Kernel, Kubernetes, ECS, systemd, V8, JVM, .NET, Go, Python, PHP, Erlang, Rust; 137 is 128 + SIGKILL. Databases by their own. */
export const OUT_OF_MEMORY: readonly RegExp[] = [
  /\bOOM[- ]?Kill(?:ed|er|ing)?\b|out of memory|OutOfMemory(?:Error|Exception)?|oom-kill\b|cannot allocate memory|\bENOMEM\b/i,
  /exit(?:ed)?(?: with)?(?: status|[ _]?code)?[:=]? ?\(?137\b|heap out of memory|Reached heap limit|\bMemoryError\b|GC overhead limit exceeded/i,
  /OOM command not allowed when used memory|command not allowed when used memory/,
  /Allowed memory size of \d+ bytes exhausted|memory allocation of \d+ bytes failed|runtime: cannot allocate|eheap_alloc: Cannot allocate|failed to allocate \d+ bytes/i,
  /insufficient system memory|\bORA-0403[01]\b|\[(?:parent|request|fielddata)\] Data too large|CircuitBreakingException/,
  /memory resource limit alarm|vm_memory_high_watermark set|exceeding memory limits|low on resource: memory|had condition: \[MemoryPressure\]|NodeHasInsufficientMemory/i,
  /Error R1[45] \(Memory quota|exited prematurely: signal 9 \(SIGKILL\)|killed by signal 9\b|due to memory usage|Runtime exited with error: signal: killed/,
  /maxmemory (?:limit )?(?:is )?reached|can't save in background: fork|unable to create (?:new )?native thread/i,
];

/** The limit of a process or of a machine; watches count as well, though their errno is that of a full disk. */
export const FILE_DESCRIPTORS: readonly RegExp[] = [
  /too many open files|\bEMFILE\b|\bENFILE\b|file-max limit \d+ reached|limit for number of file watchers reached|user limit of inotify/i,
];
