import { askingActor } from './asking-actor.js';

it.each([
  ['ada', 'ada'],
  ['Ada%20Lovelace', 'Ada Lovelace'],
  ['Ada%20L%C3%B6welace%20%F0%9F%98%80', 'Ada Löwelace 😀'],
  ['Ada Lovelace', 'Ada Lovelace'],
  ['100 % ada', '100 % ada'],
  ['%C3', '%C3'],
  [undefined, 'api'],
  ['', 'api'],
  [' ', 'api'],
  ['%20', 'api'],
])('the header %j names %s', (header, actor) => {
  expect(askingActor(header)).toBe(actor);
});
