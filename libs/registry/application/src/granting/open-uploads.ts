/** Uploads in parts that attempts began and neither completed nor gave up, as far as this process remembers: one for each name. */
export type OpenUploads = {
  of: (name: string) => string | undefined;
  began: (name: string, uploadId: string) => void;
  ended: (name: string, uploadId: string) => void;
};

/** What is forgotten beyond that many, the oldest first, ends when it is a day old, as every upload that nobody completes. */
const MOST = 10_000;

export const openUploads = (most = MOST): OpenUploads => {
  const open = new Map<string, string>();
  return {
    of: (name) => open.get(name),
    began: (name, uploadId) => {
      open.delete(name);
      open.set(name, uploadId);
      const [oldest] = open.keys();
      if (open.size > most && oldest !== undefined) open.delete(oldest);
    },
    ended: (name, uploadId) => {
      if (open.get(name) === uploadId) open.delete(name);
    },
  };
};
