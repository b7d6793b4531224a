import { RequestRefused } from './http-json.ts';
import { loadSample, logIn, look, noteShown, waitUntilShown } from './sample.ts';
import type { SampleTargets, Shown } from './sample.ts';
import { atIntuits } from './service-env.ts';
import { until } from './waiting.ts';

/** What a start has seen of the sample company; a note is for the printed table, and no fault. */
export interface SampleSeen {
  shown?: Shown;
  note?: string;
  /** The admin's password is no longer the one of the first start. */
  ownPassword?: boolean;
}

/** Why there is to be no sample company; undefined: there is one. */
export function withoutSample(env: NodeJS.ProcessEnv): string | undefined {
  return atIntuits(env) ? "QBO_CLIENT_ID is set, so quickbooks-sync connects companies at Intuit's only" : undefined;
}

function refusedLogIn(error: unknown): SampleSeen {
  if (!(error instanceof RequestRefused) || error.status !== 401) throw error;
  return { note: "the admin's password has been changed, so holds are not counted here", ownPassword: true };
}

/** Throws while a service cannot answer yet; a plain refusal is an answer. */
async function lookOnce(targets: SampleTargets, token: string): Promise<SampleSeen> {
  try {
    const shown = await look(targets, token);
    return shown.holds > 0 ? { shown } : { shown, note: 'nothing is on hold: all paid, or enforcement is not on' };
  } catch (error) {
    if (!(error instanceof RequestRefused) || error.status >= 500) throw error;
    return { note: `the admin may not see the holds (status ${error.status})` };
  }
}

/** A sample that was shown before is the user's: paid holds, other settings, another password stop no later start. */
async function lookAgain(targets: SampleTargets): Promise<SampleSeen> {
  let token: string;
  try {
    token = await logIn(targets);
  } catch (error) {
    return refusedLogIn(error);
  }
  return until(() => lookOnce(targets, token), { limitMs: 120_000, everyMs: 500 });
}

/** Loads the sample company at the first start, which fails unless customers and holds show; later only looks. */
export async function showSample(targets: SampleTargets, say: (text: string) => void): Promise<SampleSeen> {
  if (await loadSample(targets, say)) return lookAgain(targets);
  const shown = await waitUntilShown(targets);
  noteShown(targets);
  return { shown };
}
