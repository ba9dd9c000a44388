import { isLoopback, s3Location } from './s3-location.js';

const place = { host: 's3.example.org', port: 9000, tls: true, bucket: 'gild', prefix: '' };

it.each([
  ['s3:https://s3.example.org:9000/gild', place],
  ['s3:https://s3.example.org:9000/gild/', place],
  ['s3:https://s3.example.org/gild', { ...place, port: 443 }],
  ['s3:http://s3.example.org/gild', { ...place, port: 80, tls: false }],
  ['s3:https://s3.example.org:9000/gild/farm/objects', { ...place, prefix: 'farm/objects/' }],
  ['s3:http://[::1]:9000/gild', { ...place, host: '[::1]', tls: false }],
])('reads %s', (text, expected) => expect(s3Location(text)).toStrictEqual(expected));

it.each([
  'directory:/srv/objects',
  's3:s3.example.org/gild',
  's3:ftp://s3.example.org/gild',
  's3:https://s3.example.org',
  's3:https://s3.example.org/G',
  's3:https://s3.example.org/gild//objects',
  's3:https://key:secret@s3.example.org/gild',
  's3:https://s3.example.org/gild?versioning',
])('finds no bucket in %s', (text) => {
  expect(s3Location(text)).toBeUndefined();
});

it.each([
  ['127.0.0.1', true],
  ['127.1.2.3', true],
  ['localhost', true],
  ['[::1]', true],
  ['127.0.0.1.example.org', false],
  ['s3.example.org', false],
])('says whether %s is this host', (host, expected) => expect(isLoopback({ ...place, host })).toBe(expected));
