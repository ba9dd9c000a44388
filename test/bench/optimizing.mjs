// What `optimize` is worth on this machine: `node_modules/.bin/node test/bench/optimizing.mjs [rounds]`. Builds the example without
// it, with it, and with it and `security_hardening`, and tells the sizes. Boots the same without services, whose first start takes
// longer than all the rest, in turns, so that all meet the same load. Prints medians and, below them, the least and the most. Exits
// with 1 when an optimized image is not smaller than the plain one, or its median is not sooner up.
import { boot, buildExample, median, withHome } from './image-bench.mjs';

const ROUNDS = Number(process.argv[2] ?? 3);
const BOOT_SECONDS = 1_200;
const CHECKS = ['test "$(systemctl is-system-running --wait)" = running', 'systemd-analyze time'];
/** By the guest's own clock, from the first instruction of its kernel; what the console shows of it depends on `quiet`. */
const POINTS = [
  ['kernel', /(?:(\d+)min )?([\d.]+)(m?s) \(kernel\)/],
  ['user space', /(?:(\d+)min )?([\d.]+)(m?s) \(userspace\)/],
  ['all is up', /= (?:(\d+)min )?([\d.]+)(m?s)/],
];
const told = ({ checks }, pattern) => {
  const [, minutes = 0, number, unit] = pattern.exec(checks[1].output) ?? [];
  if (number === undefined) throw new Error(`no time in: ${checks[1].output}`);
  return Number(minutes) * 60 + Number(number) / (unit === 'ms' ? 1000 : 1);
};

const row = (what, values, unit) =>
  console.log(
    what.padEnd(14) +
      values
        .map((value, index) => {
          const ratio = index === 0 ? '' : ` (${(value / values[0]).toFixed(2)} x)`;
          return `${value.toFixed(1)} ${unit}${ratio}`.padStart(22);
        })
        .join(''),
  );

const rangeRow = (ranges) =>
  console.log(
    ' '.repeat(14) + ranges.map((values) => `${least(values)} - ${most(values)} s`.padStart(22)).join(''),
  );
const least = (values) => Math.min(...values).toFixed(1);
const most = (values) => Math.max(...values).toFixed(1);

const VARIANTS = [
  ['plain', []],
  ['optimized', ['optimize: true']],
  ['both', ['optimize: true', 'security_hardening: true']],
];

/** Claims what the first of the numbers, of the plain image, must be more than the second, of the optimized one. */
const claim = (what, [plain, optimized]) => {
  if (optimized < plain) return;
  console.error(`${what}: expected of the optimized image less than ${plain}, found ${optimized}`);
  process.exitCode = 1;
};

withHome((home) => {
  const whole = VARIANTS.map(([name, lines]) => buildExample(home, { name, lines }));
  const bare = VARIANTS.map(([name, lines]) =>
    buildExample(home, { name: `bare-${name}`, lines, taskservs: [] }),
  );
  const boots = bare.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1)
    bare.forEach(({ image }, index) =>
      boots[index].push(boot(home, image, { checks: CHECKS, seconds: BOOT_SECONDS })),
    );
  console.log(' '.repeat(14) + whole.map(({ name }) => name.padStart(22)).join(''));
  for (const [what, images] of [
    ['example', whole],
    ['no services', bare],
  ]) {
    const megabytes = images.map(({ bytes }) => bytes / 1e6);
    row(what, megabytes, 'MB');
    claim(`MB of ${what}`, megabytes);
  }
  for (const [what, point] of POINTS) {
    const seconds = boots.map((each) => each.map((result) => told(result, point)));
    row(what, seconds.map(median), 's');
    rangeRow(seconds);
    if (what === 'all is up') claim(`seconds until ${what}`, seconds.map(median));
  }
});
