/** One side of a comparison: an image file of a version. */
export type ComparedVersion = {
  image_name: string;
  version: string;
  arch: string;
  created_at: string;
  checksum: string;
  rootfs_sha256: string;
};

/** Something that has a version, by name and, where it has one, architecture. */
export type Versioned = { name: string; arch?: string; version: string };

/** What only one side has, and what both have in another version; each by name. */
export type VersionedChanges = {
  added: Versioned[];
  removed: Versioned[];
  changed: (Omit<Versioned, 'version'> & { from: string; to: string })[];
};

/** A field of the resolved definition, `path` as people write it. A side that lacks the field has no member. */
export type DefinitionChange = { path: string; from?: unknown; to?: unknown };

/** What became different from version `a` to version `b`. Read from the other side, added is removed and from is to. */
export type VersionDiff = {
  a: ComparedVersion;
  b: ComparedVersion;
  packages: VersionedChanges;
  taskservs: VersionedChanges;
  definition: DefinitionChange[];
  /** Of the image files, in bytes. */
  size: { from: number; to: number };
  /** The golden images they were started from, as IMAGE@VERSION. */
  base: { from?: string; to?: string };
};
