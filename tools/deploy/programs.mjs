// Which program a container runs.

/** The service that a container runs, by the program among its arguments. */
export const serviceOf = (args) => args.join(' ').match(/apps\/([a-z-]+)\/dist\/main\.js/)?.[1];

/** The builders' image, of any registry and release; it runs the builder when it is told nothing. */
const BUILDER_IMAGE = /(^|\/)gild\/builder(-[\w-]+)?([:@]|$)/;

/** Whether it runs the builder, and with it programs of others. */
export const runsBuilder = ({ image, command = [], args = [] }) =>
  BUILDER_IMAGE.test(image) || serviceOf([command, args].flat()) === 'builder';
