export { isLeftover, ownerName } from './owner-name.js';
