import { stepFailure } from '@gild/layer-steps';
import { fetchFailure, installFailure } from './failures.js';

describe('what a failure is called', () => {
  it('is no space, whatever was being done', () => {
    const full =
      'dpkg: error processing archive x.deb (--unpack):\n cannot copy: failed to write (No space left on device)';
    for (const fault of [
      installFailure('base', full),
      stepFailure('Script a', 1, full),
      fetchFailure('Reading', full),
    ]) {
      expect([fault.code, fault.retryable]).toStrictEqual(['NO_SPACE', true]);
    }
  });
  it('is no space when apt foresees it', () =>
    expect(
      fetchFailure('Downloading', "E: You don't have enough free space in /run/apt/archives/.").code,
    ).toBe('NO_SPACE'));
  it('names the packages dpkg gave up on and the end of the output', () => {
    const output =
      'Setting up redis ...\nlast words\nErrors were encountered while processing:\n redis-server\n redis\nE: Sub-process /usr/bin/dpkg returned an error code (1)';
    const fault = installFailure('redis', output);
    expect([fault.code, fault.retryable]).toStrictEqual(['PACKAGE_FAILED', false]);
    expect(fault.message).toContain('layer redis failed (redis-server, redis)');
    expect(fault.message).toContain('last words');
  });
  it('is retryable for a mirror that does not answer, and not for one without the release', () => {
    expect(
      fetchFailure('Reading', 'E: Failed to fetch http://m/InRelease  Could not connect to m:80').retryable,
    ).toBe(true);
    const absent = fetchFailure(
      'Reading',
      "Err:1 http://m x Release\n  404  Not Found\nE: The repository 'http://m x Release' does not have a Release file.",
    );
    expect([absent.code, absent.retryable]).toStrictEqual(['MIRROR_UNREACHABLE', false]);
    expect(absent.message).toContain('does not have a Release file');
    expect(absent.message).toMatch(/name one that does under `mirrors` in agent\.yaml/);
  });
});
