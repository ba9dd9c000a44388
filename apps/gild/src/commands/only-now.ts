/** Commands that read and take no `--at`, and why a moment of the past means nothing to them. */
export const ONLY_NOW: Readonly<Record<string, string>> = {
  validate: 'it judges a file by the catalogue of the server, which is not on record',
  plan: 'it says what a build would do now, by the caches that there are',
  replay: 'it compares the views that are served now',
  'audit key': 'it prints the key that signs now; `gild audit key list --at` has those of any moment',
  'audit verify': 'it compares the whole history with what was signed',
  'audit verify-proof': 'it judges a file',
  'audit checkpoint': 'it prints the newest one; older ones are those that somebody kept',
  'audit proof': 'it proves by the newest checkpoint that a version was published, whenever that was',
  backup: 'it copies the history up to now',
  'backup verify': 'it reads the files of a folder',
  verify: 'it reads bytes as they are stored now',
  'test-boot': 'it boots a file',
  'taskserv ls': 'the catalogue is files of the server, and not on record',
  'taskserv show': 'the catalogue is files of the server, and not on record',
  'cache stats':
    'it counts what lies in a folder of this host; `gild cache ls --all-hosts --at` tells what is on record',
  'cache verify': 'it reads the files of this host',
  doctor: 'it looks at this host',
  completion: 'it prints a script',
};
