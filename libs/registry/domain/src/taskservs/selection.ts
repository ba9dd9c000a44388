import type { ChosenTaskserv, Taskserv, Violation } from '@gild/contracts';

/** The part of a resolved definition that decides which taskservs are installed, and in which order. */
export type Selection = {
  base_os: 'debian' | 'ubuntu' | 'centos' | 'fedora' | 'rhel';
  os_version: string;
  taskservs?: readonly string[] | undefined;
  taskserv_versions?: Readonly<Record<string, string>> | undefined;
  exclude_taskservs?: readonly string[] | undefined;
  steps?: { install_order?: readonly string[] | undefined } | undefined;
};

/** The catalogue by name. */
export type Shelf = ReadonlyMap<string, Taskserv>;

/** What is installed, in install order, or everything that stands against it. */
export type TaskservChoice =
  { ok: true; taskservs: readonly ChosenTaskserv[] } | { ok: false; violations: readonly Violation[] };
