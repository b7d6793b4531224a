import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveBack, handoverOf, isTakenOver } from './dev-handover.ts';
import { UserFault } from './faults.ts';
import { identityOf } from './identity.ts';
import { rotate, tail } from './logs-on-disk.ts';
import { launch, stopProcess } from './processes.ts';
import type { Command, Running } from './processes.ts';
import { writeRun } from './run-state.ts';
import type { PartRecord, RunState } from './run-state.ts';
import { stopParts } from './stop-parts.ts';
import { until } from './waiting.ts';

/** How to run one part and how to see that it is ready. */
export interface PartPlan {
  name: string;
  port: number;
  url: string;
  limitMs: number;
  /** Asked at each start, so that a restart works with what is true then. */
  command: () => Promise<Command>;
  ready: () => Promise<boolean>;
  /** A part the system can do without: its failure is noted, not fatal. */
  lost?: string;
}

const pausesMs = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000];
/** Whoever ran this long counts as healthy: its next pause is the first again. */
const healthyMs = 60_000;

/** Growing pauses between restarts. */
export function pauseMs(attempt: number): number {
  return pausesMs[Math.min(attempt, pausesMs.length - 1)] ?? 30_000;
}

/** Starts parts, notes them for others, restarts what dies, stops all in order. */
export class Supervisor {
  readonly run: RunState;
  private readonly stateFolder: string;
  private readonly say: (text: string) => void;
  private readonly plans = new Map<string, PartPlan>();
  private stopping = false;
  private stopped: Promise<void> | undefined;
  private readonly timer: NodeJS.Timeout;

  constructor(stateFolder: string, base: number, say: (text: string) => void) {
    this.stateFolder = stateFolder;
    this.say = say;
    const supervisor = identityOf(process.pid) ?? { pid: process.pid, started: '' };
    this.run = { supervisor, phase: 'starting', base, startedAt: new Date().toISOString(), parts: [] };
    this.save();
    this.timer = setInterval(() => this.rotateLogs(), 30_000);
  }

  /** Notes a part that we do not run: somebody else's, or one that is not there. */
  note(record: PartRecord): void {
    this.run.parts = [...this.run.parts.filter((part) => part.name !== record.name), record];
    this.save();
  }

  phase(phase: RunState['phase']): void {
    this.run.phase = phase;
    this.save();
  }

  /** Starts a part and waits until it is ready. @throws UserFault with the last 20 lines of its log */
  async start(plan: PartPlan): Promise<void> {
    this.plans.set(plan.name, plan);
    const record: PartRecord = { name: plan.name, state: 'starting', port: plan.port, url: plan.url, restarts: 0 };
    this.note(record);
    try {
      const running = await this.launchPart(plan, record);
      await this.waitReady(plan, record, running);
    } catch (error) {
      if (plan.lost === undefined || this.stopping) throw error;
      this.change(record, { state: 'degraded', note: plan.lost });
      this.say(
        `  ! ${plan.name} does not work: ${plan.lost}\n${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  private async launchPart(plan: PartPlan, record: PartRecord): Promise<Running> {
    if (this.stopping) throw new UserFault('Cashloop is being stopped.', 'npm start');
    const command = await plan.command();
    if (this.stopping) throw new UserFault('Cashloop is being stopped.', 'npm start');
    mkdirSync(dirname(command.log), { recursive: true });
    const running = await launch(command);
    if (this.stopping) await stopProcess(running.identity);
    const startedMs = Date.now();
    this.change(record, { identity: running.identity, log: command.log });
    running.child.once('exit', () => {
      if (!this.stopping && record.state !== 'starting')
        void this.bringBack(plan, record, running, Date.now() - startedMs);
    });
    return running;
  }

  private async waitReady(plan: PartPlan, record: PartRecord, running: Running): Promise<void> {
    try {
      await until(plan.ready, { limitMs: plan.limitMs, brokenOff: running.ended });
      this.change(record, { state: 'ready', note: undefined });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const lines = tail(record.log ?? '', 20).map((line) => `    ${line}`);
      await stopProcess(running.identity);
      throw new UserFault(
        `${plan.name} did not start: ${why}. Its last lines (${record.log ?? ''}):\n${lines.join('\n')}`,
        'npm run doctor',
      );
    }
  }

  private async bringBack(plan: PartPlan, record: PartRecord, ended: Running, ranMs: number): Promise<void> {
    let attempt = ranMs > healthyMs ? 0 : Math.min(record.restarts, pausesMs.length - 1);
    let why = ended.ended() ?? 'it ended';
    while (!this.stopping) {
      if (await this.waitForDev(plan, record)) attempt = 0;
      else {
        const pause = pauseMs(attempt++);
        this.change(record, { state: 'restarting', identity: undefined, note: `${why}; again in ${pause / 1000} s` });
        this.say(`${plan.name}: ${why}; starting it again in ${pause / 1000} s (npm run logs -- ${plan.name})`);
        await sleep(pause);
      }
      if (this.stopping) return;
      try {
        this.change(record, { state: 'starting', note: undefined, restarts: record.restarts + 1 });
        const running = await this.launchPart(plan, record);
        await this.waitReady(plan, record, running);
        this.say(`${plan.name}: ready again`);
        return;
      } catch (error) {
        why =
          (error instanceof Error ? error.message : String(error)).split('. Its last lines')[0] ?? 'it did not start';
      }
    }
  }

  /** While `npm run dev` runs the service from source, we keep off. @returns whether that was the case */
  private async waitForDev(plan: PartPlan, record: PartRecord): Promise<boolean> {
    const handover = handoverOf(this.stateFolder, plan.name);
    if (handover === undefined) return false;
    if (isTakenOver(this.stateFolder, plan.name)) this.say(`${plan.name}: runs from source now (npm run dev)`);
    while (!this.stopping && isTakenOver(this.stateFolder, plan.name)) {
      const identity = handoverOf(this.stateFolder, plan.name)?.children.at(-1);
      this.change(record, { state: 'ready', identity, note: 'from source (npm run dev)' });
      await sleep(500);
    }
    // A dev command that was killed leaves its children.
    for (const child of handoverOf(this.stateFolder, plan.name)?.children ?? [])
      await stopProcess(child, { limitMs: 10_000 });
    giveBack(this.stateFolder, plan.name);
    return true;
  }

  private change(record: PartRecord, change: Partial<PartRecord>): void {
    const before = JSON.stringify(record);
    Object.assign(record, change);
    if (JSON.stringify(record) !== before) this.save();
  }

  private save(): void {
    writeRun(this.stateFolder, this.run);
  }

  private rotateLogs(): void {
    for (const part of this.run.parts) if (part.log !== undefined) rotate(part.log);
  }

  /** Stops everything in order. Called twice it waits for the same stop. */
  stop(): Promise<void> {
    this.stopped ??= this.stopAll();
    return this.stopped;
  }

  private async stopAll(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    this.phase('stopping');
    await stopParts(this.run.parts, this.say);
    // What was just being launched when the order came.
    await stopParts(this.run.parts, this.say);
    for (const part of this.run.parts) if (part.external !== true && part.state !== 'missing') part.state = 'stopped';
    this.save();
  }
}
