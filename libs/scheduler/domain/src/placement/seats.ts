/** The free slots of one agent, whatever it builds in them; `others`: of how many more architectures it builds. */
export type Seat = { agentId: string; arch: string; others: number; free: number; freeDiskPercent: number };

/** What one build makes of seats: its architecture, the agent it failed on last, how many of its layers an agent holds. */
export type Choice = {
  arch: string;
  avoided: string | undefined;
  held: ReadonlyMap<string, number> | undefined;
};

/**
 * The seat that suits a build best: of another agent than the avoided one; of those, one that need not emulate; then one that
 * holds the most of its layers; then the one with the most free slots; then the one that builds of the fewest architectures, so
 * that the others are left to builds which need them; then with the most free disk; then the first.
 */
export const bestSeat = (seats: readonly Seat[], choice: Choice): Seat | undefined =>
  seats.reduce<Seat | undefined>(
    (best, seat) => (best === undefined || compare(seat, best, choice) > 0 ? seat : best),
    undefined,
  );

const compare = (a: Seat, b: Seat, { arch, avoided, held }: Choice): number =>
  Number(a.agentId !== avoided) - Number(b.agentId !== avoided) ||
  Number(a.arch === arch) - Number(b.arch === arch) ||
  (held === undefined ? 0 : (held.get(a.agentId) ?? 0) - (held.get(b.agentId) ?? 0)) ||
  compareRoom(a, b);

const compareRoom = (a: Seat, b: Seat): number =>
  a.free - b.free || b.others - a.others || a.freeDiskPercent - b.freeDiskPercent;
