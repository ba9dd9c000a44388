const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

const word = (argument: string): string =>
  PLAIN.test(argument) ? argument : `'${argument.replaceAll("'", String.raw`'\''`)}'`;

/** A line that a POSIX shell reads as exactly these arguments. To show to people: programs are started with the arguments. */
export const shellLine = (argv: readonly string[]): string => argv.map(word).join(' ');
