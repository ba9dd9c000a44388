import { resolve } from 'node:path';
import { folderList } from './folder-list.js';

it.each([
  [undefined, []],
  ['', []],
  ['/srv/taskservs', ['/srv/taskservs']],
  ['/a:/b c:', ['/a', '/b c']],
  ['ours', [resolve('ours')]],
])('reads %j', (text, folders) => {
  expect(folderList(text)).toStrictEqual(folders);
});
