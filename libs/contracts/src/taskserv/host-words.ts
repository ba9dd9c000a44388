import { z } from 'zod';

/**
 * Words that end up in argument lists and settings of the host's tools. None can be taken for an option, for a request
 * to remove (`name-`), or for a second word.
 */
const NAME = '[A-Za-z0-9](?:[A-Za-z0-9+._-]*[A-Za-z0-9+.])?';
const VERSION = '[A-Za-z0-9][A-Za-z0-9.+:~^_-]{0,127}';

/** A package as package managers name it. */
export const PackageName = z
  .string()
  .max(128)
  .regex(new RegExp(`^${NAME}$`), 'the name of a package, such as postgresql-15');

/** A package, or exactly one version of it. */
export const PackageRequest = z
  .string()
  .max(256)
  .regex(new RegExp(`^${NAME}(?:=${VERSION})?$`), 'a package as name or name=version');

/** A suite or a component of a package repository. */
export const RepositoryWord = z
  .string()
  .regex(/^[A-Za-z0-9.][A-Za-z0-9._~+/-]*$/, 'letters, digits and ._~+/-, a letter, digit or dot first');

/** A unit as systemd names it. */
export const UnitName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9:_.@\\-]*$/, 'the name of a systemd unit, such as nginx.service');
