/** Health check of a container: `node deploy/answers.mjs URL` ends with code 0 when that is well. */
const secondsMax = 2;
const [url = ""] = process.argv.slice(2);

const answer = await fetch(url, { signal: AbortSignal.timeout(secondsMax * 1000) }).catch(
  () => null,
);
process.exitCode = answer?.ok === true ? 0 : 1;
