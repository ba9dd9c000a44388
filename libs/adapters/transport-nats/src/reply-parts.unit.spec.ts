import { inParts, LONGEST_REPLY, PART_LENGTH, ReplyInParts } from './reply-parts.js';

const taken = (...responses: unknown[]): unknown => {
  const reply = new ReplyInParts();
  return responses.map((response) => reply.take(response)).at(-1);
};

it.each([undefined, null, 7, 'x', { of: 2 }])(
  'an answer that fits into one message is itself: %j',
  (answer) => {
    expect(inParts(answer)).toStrictEqual([answer]);
    expect(taken(answer)).toStrictEqual({ answer });
  },
);

it('a long answer is whole once its last part is there, and not before', () => {
  const answer = { text: '€"'.repeat(PART_LENGTH) };
  const parts = inParts(answer);
  expect(parts.length).toBeGreaterThan(2);
  expect(taken(...parts.slice(0, -1))).toBeUndefined();
  expect(taken(...parts)).toStrictEqual({ answer });
});

it.each([undefined, null, '2', 0, -1, 1.5, NaN, Infinity, 2 ** 53, [2], {}])(
  'no answer has %p parts',
  (of) => {
    const fault = { code: 'INTERNAL', message: expect.stringContaining('expected a number of parts from 1') };
    expect(() => taken({ gildReplyPart: '7', of })).toThrow(expect.objectContaining(fault));
  },
);

it.each([undefined, null, 7, '', ['7'], { length: -1 }])('%p is no part of an answer', (gildReplyPart) => {
  const fault = { code: 'INTERNAL', message: expect.stringContaining('expected text in every part') };
  expect(() => taken({ gildReplyPart, of: 1 })).toThrow(expect.objectContaining(fault));
});

it.each([1, 3, 2 ** 50])('an answer of two parts does not become one of %d', (of) => {
  const parts = [
    { gildReplyPart: '[1,', of: 2 },
    { gildReplyPart: '2]', of },
  ];
  expect(() => taken(...parts)).toThrow('expected 2 parts, as its first says');
});

it('an answer ends where it becomes too long, whatever it says is still to come', () => {
  const piece = 'x'.repeat(LONGEST_REPLY / 4);
  const reply = new ReplyInParts();
  const take = (gildReplyPart: string) => reply.take({ gildReplyPart, of: 1_000_000 });
  for (const part of [piece, piece, piece, piece]) expect(take(part)).toBeUndefined();
  expect(() => take('x')).toThrow(`expected ${LONGEST_REPLY} characters at most`);
});

it('parts that are no JSON together are no answer', () => {
  expect(() => taken({ gildReplyPart: '{', of: 1 })).toThrow(SyntaxError);
});
