const LABEL = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const LONGEST_HOST_NAME = 253;

/** What is wrong with a name for a machine by RFC 1123 (2.1) and RFC 1035 (2.3.4), told as what was expected; undefined: nothing. */
export const hostNameProblem = (name: string): string | undefined => {
  if (name.length > LONGEST_HOST_NAME) return `a host name of at most ${LONGEST_HOST_NAME} characters`;
  const labels = name.split('.');
  if (!labels.every((label) => LABEL.test(label)))
    return 'a host name: labels of 1 to 63 letters, digits and dashes, dots between them, no dash at the ends of one';
  // An address of four numbers would be read as one wherever a name is asked for.
  return /^\d+$/.test(labels.at(-1) ?? '') ? 'a host name whose last label is no number' : undefined;
};

/** As shadow's useradd takes them on every distribution. */
const USER = /^[a-z_][a-z0-9_-]{0,31}$/;

/** What is wrong with the name of an account, told as what was expected; undefined: nothing. */
export const userNameProblem = (name: string): string | undefined =>
  USER.test(name)
    ? undefined
    : 'the name of an account: lower-case letters, digits, underscores and dashes, the first a letter or an underscore, 32 at most';
