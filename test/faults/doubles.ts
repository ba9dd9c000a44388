import { join } from 'node:path';
import { repository } from '../e2e/gild-home.js';

const DOUBLES = join(repository, 'test', 'dist', 'faults', 'doubles');

/** For an agent: what it builds is of a few bytes. */
export const SMALL_BUILDS = join(DOUBLES, 'small-builds.js');
/** For any process: its wall clock is off by as many milliseconds as the file GILD_TEST_CLOCK says, at any time. */
export const WRONG_CLOCK = join(DOUBLES, 'wrong-clock.js');
