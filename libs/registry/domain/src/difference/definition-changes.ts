import { pathText, type DefinitionChange } from '@gild/contracts';
import { canonicalJson } from '@gild/kernel';

type Members = Readonly<Record<string, unknown>>;

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Fields of two definitions that differ, by path. A list is one field: its order may have a meaning. */
export const definitionChanges = (from: Members, to: Members): DefinitionChange[] =>
  fieldChanges(from, to, []);

const fieldChanges = (from: Members, to: Members, path: readonly string[]): DefinitionChange[] =>
  [...new Set([...Object.keys(from), ...Object.keys(to)])].sort().flatMap((key) => {
    const [old, fresh] = [memberOf(from, key), memberOf(to, key)];
    const at = [...path, key];
    if (isMembers(old) && isMembers(fresh)) return fieldChanges(old, fresh, at);
    if (canonicalJson([old]) === canonicalJson([fresh]) && (old === undefined) === (fresh === undefined))
      return [];
    return {
      path: pathText(at),
      ...(old !== undefined && { from: old }),
      ...(fresh !== undefined && { to: fresh }),
    };
  });

const memberOf = (members: Members, key: string): unknown =>
  Object.hasOwn(members, key) ? members[key] : undefined;
