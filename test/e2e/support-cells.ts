import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GoldenImageBuildJob, GoldenImageVersion } from '@gild/contracts';
import type { GildHome } from './gild-home.js';

/** What a build has shown of the table of what is supported. */
export type Cell = {
  distribution: string;
  release: string;
  arch: string;
  format: string;
  /** Absent where the image was built and not booted: nothing is known of any firmware. */
  firmware?: string;
  status: 'booted' | 'built';
  /** Of live mirrors, whose cells no later run checks: the day, the image, and where its packages came from. */
  shown?: { on: string; sha256: string; mirrors: 'public' | 'told' };
};

type History = { entries: readonly { what: string; data: unknown }[] };

/** The cells of a completed job, from the events of its boot tests. */
export const cellsOf = async (farm: GildHome, job: GoldenImageBuildJob): Promise<readonly Cell[]> => {
  const { base_os, os_version, disk_format } = job.image_config;
  const cell = { distribution: base_os, release: os_version, arch: job.arch, format: disk_format };
  const { entries } = await farm.json<History>('history', job.job_id);
  const booted = entries.flatMap(({ what, data }) => (what === 'BootTested' ? [data as Boot] : []));
  const passed = booted.filter((boot) => boot.passed);
  if (passed.length === 0) return [{ ...cell, status: 'built' }];
  return passed.map(({ firmware }) => ({ ...cell, firmware, status: 'booted' }));
};

type Boot = { firmware: string; passed: boolean };

/** What a cell of live mirrors is shown by, from the version that was built. */
export const evidence = ({
  checksum,
  created_at: at,
}: GoldenImageVersion): Required<Pick<Cell, 'shown'>> => ({
  shown: {
    on: at.slice(0, 10),
    sha256: checksum,
    mirrors: process.env['GILD_TEST_AGENT'] === undefined ? 'public' : 'told',
  },
});

/** Leaves the cells where the table of what is supported is checked against this run, if it is to be. */
export const recordCells = (name: string, cells: readonly Cell[]): void => {
  const folder = process.env['GILD_TEST_CELLS'];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(cells));
};
