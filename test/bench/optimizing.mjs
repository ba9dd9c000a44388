// What `optimize` is worth on this machine: `node_modules/.bin/node test/bench/optimizing.mjs [rounds]`. Builds the example without
// it, with it, and with it and `security_hardening`, and boots them in turns, so that all meet the same load. Prints medians.
import { boot, buildExample, median, withHome } from './image-bench.mjs';

const ROUNDS = Number(process.argv[2] ?? 3);
const BOOT_SECONDS = 1_200;
const CHECKS = [
  `bash -c 'exec 3<>/dev/tcp/127.0.0.1/80 && echo "GET /" >&3 && cat <&3' | grep 'Welcome to nginx!'`,
  `runuser -u postgres -- psql -tAc 'select 40 + 2' | grep 42`,
  'redis-cli ping | grep PONG',
  'test -z "$(systemctl --failed --plain --no-legend)"',
];
const POINTS = [
  ['kernel', 'msToKernel'],
  ['user space', 'msToUserspace'],
  ['checks green', 'msToChecksGreen'],
];

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

withHome((home) => {
  const images = [
    buildExample(home, { name: 'plain' }),
    buildExample(home, { name: 'optimized', lines: ['optimize: true'] }),
    buildExample(home, { name: 'both', lines: ['optimize: true', 'security_hardening: true'] }),
  ];
  const boots = images.map(() => []);
  for (let round = 0; round < ROUNDS; round += 1)
    images.forEach(({ image }, index) =>
      boots[index].push(boot(home, image, { checks: CHECKS, seconds: BOOT_SECONDS })),
    );
  console.log(' '.repeat(14) + images.map(({ name }) => name.padStart(22)).join(''));
  row(
    'image file',
    images.map(({ bytes }) => bytes / 1e6),
    'MB',
  );
  for (const [what, point] of POINTS)
    row(
      what,
      boots.map((each) => median(each.map((result) => result[point] / 1_000))),
      's',
    );
});
