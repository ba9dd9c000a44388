/** One thing that building needs of a host. `remedy` is empty where nothing has to be done. */
export type Finding = { check: string; ok: boolean; found: string; remedy: string };
