/** The request header that says who asks. */
export const ACTOR_HEADER = 'gild-actor';

/** A name as the header carries it: what is not plain ASCII is percent-encoded UTF-8 (RFC 3986 §2.1). */
export const actorToHeader = (actor: string): string =>
  actor.toWellFormed().replace(/[^!-$&-~]/gu, encodeURIComponent);

/** The name in a header. One that encodes nothing sound, or what steers a terminal, is the name as it stands. */
export const actorFromHeader = (header: string): string => {
  try {
    const actor = decodeURIComponent(header);
    return /\p{Cc}/u.test(actor) ? header : actor;
  } catch {
    return header;
  }
};
