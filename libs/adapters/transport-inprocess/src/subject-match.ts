/** NATS subject matching: `*` stands for one token, `>` for all that follow. */
export const matchesSubject = (pattern: string, subject: string): boolean => {
  const wanted = pattern.split('.');
  const found = subject.split('.');
  for (const [index, token] of wanted.entries()) {
    if (token === '>') return found.length > index;
    if (found[index] === undefined || (token !== '*' && token !== found[index])) return false;
  }
  return wanted.length === found.length;
};
