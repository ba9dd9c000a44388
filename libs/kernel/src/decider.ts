/** What a decider answers: the facts to record, or the reason nothing may happen. */
export type Decision<E, R> = { ok: true; events: readonly E[] } | { ok: false; rejection: R };

/**
 * A consistency boundary as three pure values. `decide` judges a command against the present state and never
 * throws; `evolve` folds any event ever written and never judges. Neither reads a clock or draws an id: times
 * and ids arrive inside the command.
 */
export type Decider<S, C, E, R> = {
  initial: S;
  decide: (command: C, state: S) => Decision<E, R>;
  evolve: (state: S, event: E) => S;
};

/** The command is accepted. No events means "already so": a repeated command is not an error. */
export const accept = <E>(...events: readonly E[]) => ({ ok: true, events }) as const;

/** The command is refused, with the facts the caller needs. */
export const reject = <R>(rejection: R) => ({ ok: false, rejection }) as const;

/** State after a list of events, starting from nothing. */
export const fold = <S, E>(
  decider: { initial: S; evolve: (state: S, event: E) => S },
  events: Iterable<E>,
): S => {
  let state = decider.initial;
  for (const event of events) state = decider.evolve(state, event);
  return state;
};

/** Given/when/then for a decider: `scenario(build)(...given).when(command)` is the decision. */
export const scenario =
  <S, C, E, R>(decider: Decider<S, C, E, R>) =>
  (...given: readonly E[]) => ({ when: (command: C) => decider.decide(command, fold(decider, given)) });
