// The order of the end-to-end tests: the longest first, so that no core waits at the end for the last of them. Jest would go by the
// size of a file where it has no times of an earlier run, and the shortest files build the most.
import Sequencer from '@jest/test-sequencer';

/** Those that take more than five minutes, from the longest; before the others those whose layers others share. */
const LONGEST = ['golden-image.e2e', 'debian-12-two-architectures.e2e', 'fields.e2e', 'platforms.e2e'];

const rank = ({ path }) => {
  const index = LONGEST.findIndex((name) => path.includes(`/${name}.`));
  return index === -1 ? LONGEST.length : index;
};

export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
}
