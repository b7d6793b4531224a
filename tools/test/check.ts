import { endOnSignals } from '../local/end-on-signals.ts';
import { endAll } from './programs.ts';
import { runSteps } from './runner.ts';
import { stepsOf } from './steps.ts';

endOnSignals(endAll);

const { passed, failed } = await runSteps(stepsOf('check'), () => Promise.resolve({}));
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
