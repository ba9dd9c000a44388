/** Debian's installers ask nothing; beyond what holds for every family. */
export const DEBIAN_SURROUNDINGS: Readonly<Record<string, string>> = {
  DEBIAN_FRONTEND: 'noninteractive',
  DEBCONF_NONINTERACTIVE_SEEN: 'true',
  DEBCONF_NOWARNINGS: 'yes',
};
