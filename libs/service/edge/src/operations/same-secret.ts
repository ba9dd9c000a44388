import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether `Authorization: Bearer …` shows the secret; takes as long whatever it shows. An empty secret is none. */
export const showsSecret = (authorization: string | undefined, secret: string): boolean => {
  const shown = authorization?.replace(/^Bearer /, '') ?? '';
  return secret !== '' && timingSafeEqual(digest(shown), digest(secret));
};
