import { type Arch, ArchName } from '@gild/contracts';

export type Platform = {
  os: string;
  release: string;
  arch: Arch;
  /** `live`: from mirrors that not every host reaches, and only when asked for. */
  kind: 'tested' | 'live';
};

/**
 * `GILD_TEST_LIVE`: `ubuntu 24.04` or `debian 11 aarch64`, several separated by commas; tested with live
 * mirrors, or with those that the `agent.yaml` at `GILD_TEST_AGENT` tells: RHEL has none in public.
 */
export const live = (process.env['GILD_TEST_LIVE'] ?? '')
  .split(',')
  .filter((text) => text.trim() !== '')
  .map((text): Platform => {
    const [os = '', release = '', arch = 'x86_64'] = text.trim().split(/\s+/);
    return { os, release, arch: ArchName.parse(arch), kind: 'live' };
  });
