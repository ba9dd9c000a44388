/** A text for people: addresses in it lose the user and password that a mirror may be reached with. */
export const withoutUserinfo = (text: string): string =>
  text.replace(/\b([a-z][a-z0-9+.-]*:\/\/+)[^\s/?#'"]*@/gi, '$1');
