/**
 * A host path made visible inside the sandbox. `target` exists there already, or lies below /run, /tmp or /dev, where
 * it is made and leaves no trace in the tree (with `root: 'host'`: below /run, which is private to the run). Unless it
 * is read only, `source` itself becomes writable for root inside. A path of the host that root inside may not reach by
 * its modes is reachable through a binding.
 */
export type Bind = { source: string; target: string; readOnly?: boolean };

/** Architectures that programs are for. */
export type ProgramArch = 'x86_64' | 'aarch64';

/** What to run, on which root file system, and within which limits. */
export type SandboxRun = {
  /** Program and arguments; never interpreted by a shell. */
  argv: readonly string[];
  /**
   * Unpacked layer trees, lowest first, shown as one merged root file system. Empty: no tree is mounted (only with
   * `root: 'host'`).
   */
  lower: readonly string[];
  /**
   * Folder that receives every change (an overlay upper directory); its mode becomes that of the merged root. With no
   * `lower` it is the tree itself. Absent: the tree is read only.
   */
  upper?: string;
  /**
   * `image`: the merged tree is argv's root, with private /proc, /dev, /run and /tmp over its folders of those names;
   * with an `upper`, /tmp lies on its disk.
   * `host`: argv is a tool of the host and sees the merged tree at the path given in the environment variable
   * `GILD_ROOT`. Everything else is the host's and read only but for the bindings and a private /run and /tmp, so a
   * tool that follows a link of the tree changes nothing of the host. To read there is possible.
   */
  root: 'image' | 'host';
  /**
   * What the programs of the tree are for, with `root: 'image'`; absent: this host. Another one's run emulated, by an emulator
   * that the tree does not hold and that nothing in it can reach or exchange. Tools of the host never do.
   */
  arch?: ProgramArch;
  binds?: readonly Bind[];
  /** Complete environment; nothing is inherited but what the sandbox itself sets (PATH, HOME, LC_ALL=C.UTF-8). */
  env?: Readonly<Record<string, string>>;
  /** Network access. Off means a network namespace with loopback only. */
  network?: boolean;
  /** A stream is read only as fast as the program takes it; what it throws ends the run and is thrown by it. */
  stdin?: string | Uint8Array | AsyncIterable<Uint8Array>;
  /** Every chunk of stdout and stderr, in order, as bytes. Back-pressure is honoured when it returns a promise. */
  onOutput?: (chunk: Uint8Array) => void | Promise<void>;
  /** Kill the run when it printed nothing for this long: it ends with the fault BUILD_SILENT. */
  idleLimitMs?: number;
  /** Ends the run: SIGTERM, a grace of 10 s, SIGKILL of the whole process tree; the run rejects with the signal's reason. */
  signal?: AbortSignal;
};

/** Of runs that were called off: all ended when they were asked to, or some had to be killed. */
export type SandboxEnd = 'asked' | 'killed';

/**
 * Runs programs in a user namespace with a full range of 65,536 ids, own mount, PID, IPC and UTS namespaces: root
 * inside, but for the right to mount; outside an account without rights (root's runs) or the caller's own. Faults:
 * SANDBOX_UNAVAILABLE (with the reason), SANDBOX_REFUSED (an argument no program can be given), SANDBOX_KILLED (from
 * outside; retryable), PROGRAM_MISSING, EMULATOR_MISSING (with what to install), BUILD_SILENT; PROCESSES_EXCEEDED, MEMORY_EXCEEDED,
 * DISK_EXCEEDED and FILES_EXCEEDED where the run took more than it may. The exit code of a program ended by a signal is 128 and the
 * signal's number. When the run ends in any way, including the death of this process, no process, mount or temporary
 * folder of it is left.
 */
export interface Sandbox {
  run(spec: SandboxRun): Promise<{ exitCode: number }>;
  /** How runs that wrote below the folder and were called off ended, until it is removed; undefined: there was none. */
  endOf(folder: string): SandboxEnd | undefined;
  /** Removes a tree whose files belong to the namespace's ids. Absent is fine. Fault: REMOVE_FAILED. */
  remove(path: string): Promise<void>;
}
