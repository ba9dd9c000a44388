import { Fault } from '@gild/ports';

/** KurrentDB's position in `$all`. */
export interface KurrentPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

export const encodePosition = ({ commit, prepare }: KurrentPosition): string => `${commit}/${prepare}`;

export const decodePosition = (position: string): KurrentPosition => {
  const [, commit, prepare] = /^(\d{1,19})\/(\d{1,19})$/.exec(position) ?? [];
  if (commit !== undefined && prepare !== undefined)
    return { commit: BigInt(commit), prepare: BigInt(prepare) };
  throw new Fault('POSITION_INVALID', `expected a position of this store, found ${JSON.stringify(position)}`);
};

export const comparePositions = (a: KurrentPosition, b: KurrentPosition): number =>
  sign(a.commit - b.commit) || sign(a.prepare - b.prepare);

const sign = (difference: bigint): number => (difference < 0n ? -1 : Number(difference > 0n));
