/** `GILD_TEST_WHOLE=1`: every release and service that tests can show something of, where else a few stand for all. */
export const isWholeRun = process.env['GILD_TEST_WHOLE'] === '1';
