import { closeNames } from './close-names.js';

it('offers the nearest names first and nothing far off', () =>
  expect(closeNames('postgresq', ['postgres', 'redis', 'postgresql', 'postgresql-15'])).toStrictEqual([
    'postgres',
    'postgresql',
  ]));
