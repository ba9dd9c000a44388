import { editDistance, nearestName } from './nearest-name.js';

describe('the distance of two texts', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['same', 'same', 0],
    ['kitten', 'sitting', 3],
    ['taskserv', 'taskservs', 1],
    ['debain', 'debian', 1],
    ['ca', 'abc', 3],
    ['nginx', 'xngin', 2],
  ])('from %j to %j is %d', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
    expect(editDistance(to, from)).toBe(distance);
  });
});

describe('the nearest name', () => {
  const known = ['name', 'taskservs', 'taskserv_versions', 'disk_size_gb', 'arch'];

  it.each([
    ['taskserv', 'taskservs'],
    ['taskserv_version', 'taskserv_versions'],
    ['diskSizeGb', 'disk_size_gb'],
    ['Disk-Size-GB', 'disk_size_gb'],
    ['nmae', 'name'],
    ['colour', undefined],
    ['', undefined],
    ['x'.repeat(100_000), undefined],
  ])('to %j', (name, nearest) => expect(nearestName(name, known)).toBe(nearest));
});
