import { endAll } from './programs.ts';
import { runSteps } from './runner.ts';
import { stepsOf } from './steps.ts';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => void endAll().finally(() => process.exit(130)));

const { passed, failed } = await runSteps(stepsOf('check'), () => Promise.resolve({}));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
