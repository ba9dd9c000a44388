export { folderCatalogue } from './folder-catalogue.js';
