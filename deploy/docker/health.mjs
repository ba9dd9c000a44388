// What a container's health check runs: asks the service in this container whether it is ready. Ends with 0 when it is.
const address = process.env.GILD_OPS_LISTEN;
if (address === undefined) {
  console.error('GILD_OPS_LISTEN is not set: the service tells nobody whether it is ready');
  process.exit(1);
}
const port = address.slice(address.lastIndexOf(':') + 1);
const answer = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(4000) });
if (!answer.ok) console.error(await answer.text());
process.exitCode = answer.ok ? 0 : 1;
