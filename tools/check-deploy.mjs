// What deploys the farm must be sound before anybody tries it: names exist, containers are locked in, and only settings are
// set that the services read. Needs the compiled code, and neither Docker nor a cluster nor a network.
import { composeProblems } from './deploy/check-compose.mjs';
import { manifestProblems } from './deploy/check-manifests.mjs';

const problems = [
  ...composeProblems('docker-compose.yml'),
  ...composeProblems('docker-compose.small.yml'),
  ...manifestProblems('deploy/kubernetes'),
];
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
console.log('the compose files and the manifests are sound');
