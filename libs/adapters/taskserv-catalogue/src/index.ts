export { folderCatalogue } from './folder-catalogue.js';
export { folderList } from './folder-list.js';
