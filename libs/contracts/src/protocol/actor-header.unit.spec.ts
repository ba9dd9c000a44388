import { validateHeaderValue } from 'node:http';
import fc from 'fast-check';
import { ACTOR_HEADER, actorFromHeader, actorToHeader } from './actor-header.js';

const name = fc.string({ unit: 'binary' }).filter((text) => !/\p{Cc}/u.test(text));

describe('who asks, as a header', () => {
  it('carries every name', () => {
    fc.assert(
      fc.property(name, (actor) => {
        const header = actorToHeader(actor);
        validateHeaderValue(ACTOR_HEADER, header);
        expect(actorFromHeader(header)).toBe(actor);
      }),
    );
  });

  it('leaves plain names as they are', () => {
    expect(actorToHeader('user:ada@example.org')).toBe('user:ada@example.org');
    expect(actorFromHeader('user:ada@example.org')).toBe('user:ada@example.org');
  });

  it.each(['100%', '%ff', '%1b[2J', 'a%0ab'])(
    'is taken as it stands where it encodes no name: %s',
    (header) => {
      expect(actorFromHeader(header)).toBe(header);
    },
  );
});
