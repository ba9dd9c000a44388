import { leaves } from './known-trees.spec.js';
import { decodeTile, encodeTile, partialTiles, tilePath } from './tiles.js';

describe('a tile', () => {
  it.each([
    [{ level: 0, index: 0, width: 256 }, 'tile/0/000'],
    [{ level: 0, index: 1234067, width: 256 }, 'tile/0/x001/x234/067'],
    [{ level: 3, index: 1000, width: 1 }, 'tile/3/x001/000.p/1'],
    [{ level: 1, index: 17, width: 255 }, 'tile/1/017.p/255'],
  ])('has the path of C2SP tlog-tiles: %j', (at, path) => expect(tilePath(at)).toBe(path));

  it('is partial at the right edge alone, as the example of the specification has it', () =>
    expect(partialTiles(70_000)).toStrictEqual([
      { level: 0, index: 273, width: 112 },
      { level: 1, index: 1, width: 17 },
      { level: 2, index: 0, width: 1 },
    ]));

  it('is not needed at a level whose hashes all are in a full one', () =>
    expect(partialTiles(256)).toStrictEqual([{ level: 1, index: 0, width: 1 }]));

  it('is read as it was written, and not with another width', () => {
    const bytes = encodeTile(leaves(3));
    expect(decodeTile(bytes, 3)?.map((hash) => Buffer.from(hash))).toStrictEqual(leaves(3));
    expect([decodeTile(bytes, 2), decodeTile(bytes.slice(1), 3)]).toStrictEqual([undefined, undefined]);
  });
});
