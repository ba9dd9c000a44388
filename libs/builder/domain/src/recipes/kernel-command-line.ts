import type { RecipeFile } from '@gild/contracts';

type Wishes = { hardened: boolean; optimized: boolean };

/**
 * The most harmless messages the console still shows; a panic is shown, and the journal keeps everything. As the first of its
 * wishes has it: a quiet console shows what is critical, and one that is not drowned in audit records, errors.
 */
const consoleLevel = ({ hardened, optimized }: Wishes): number => {
  if (optimized) return 3;
  return hardened ? 4 : 6;
};

/** Also what starts before auditd is audited (CIS 6.2.1.3), and nothing of it lost (CIS 6.2.1.4). */
const AUDITED = ['audit=1', 'audit_backlog_limit=8192'];

/**
 * GRUB's settings of an image with either wish. The one that is read last has the whole line, because the disk's first menu is
 * made by reading the files, not by running them.
 */
export const grubFile = (wishes: Wishes): RecipeFile => {
  const { hardened, optimized } = wishes;
  const parameters = ['quiet', `loglevel=${consoleLevel(wishes)}`, ...(hardened ? AUDITED : [])];
  const lines = [
    `GRUB_CMDLINE_LINUX_DEFAULT="${parameters.join(' ')}"`,
    // The second is Ubuntu's, after a start that did not end well: 30 s on a machine nobody looks at.
    ...(optimized ? ['GRUB_TIMEOUT=0', 'GRUB_RECORDFAIL_TIMEOUT=0'] : []),
  ];
  return { path: '/etc/default/grub.d/20-gild.cfg', content: `${lines.join('\n')}\n`, mode: '0644' };
};
