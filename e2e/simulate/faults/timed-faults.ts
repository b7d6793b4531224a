import { faultHook, type FaultPoint } from '@cashloop/messaging/inside';
import { ServiceProcess } from '../service/process.ts';
import type { Stage } from '../stage.ts';
import type { Fault } from './plan.ts';

/** Faults that strike a process or a server at a time, and the deaths between two steps of the kernel. */
export class TimedFaults {
  readonly #stage: Stage;
  #lives = 0;
  /** Until then some process or server is away because of a fault, virtual ms. */
  awayUntilMs = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  start(): void {
    const { plan, processes, scheduler } = this.#stage;
    for (let place = 0; place < plan.processes; place += 1) processes.push(this.#born(place));
    for (const fault of plan.faults) {
      if (timed.has(fault.kind)) scheduler.at(fault.atMs, undefined, () => this.#strike(fault));
    }
    faultHook.reached = (point) => this.#reached(point);
  }

  #born(place: number): ServiceProcess {
    this.#lives += 1;
    const process = new ServiceProcess(this.#stage, `p${place + 1}.${this.#lives}`);
    this.#stage.scheduler.after(0, process, () => process.start());
    return process;
  }

  /** A process dies where it stands: what it waits for never comes. */
  #reached(point: FaultPoint): Promise<void> | void {
    const { strikes, scheduler } = this.#stage;
    const process = scheduler.current as ServiceProcess;
    const fault = strikes.take('kill_at', process.name, (one) => one.point === point);
    if (fault === undefined) return;
    this.#kill(process, fault);
    return new Promise(() => undefined);
  }

  #strike(fault: Fault): void {
    const { strikes, db, processes, scheduler } = this.#stage;
    const process = processes[fault.process];
    this.awayUntilMs = Math.max(this.awayUntilMs, scheduler.nowMs + fault.forMs);
    if (fault.kind === 'database_restart') {
      strikes.note(fault.kind, `away for ${fault.forMs} ms`);
      return db.restart(fault.forMs);
    }
    if (process?.alive !== true) return;
    strikes.note(fault.kind, process.name);
    if (fault.kind === 'kill') this.#kill(process, fault);
    if (fault.kind === 'stop') process.stop(fault.forMs);
    if (fault.kind === 'client_crash') scheduler.after(0, process, () => process.crashConsumers());
    if (fault.kind === 'restart') scheduler.after(0, process, () => void this.#replace(process, fault));
  }

  #kill(process: ServiceProcess, fault: Fault): void {
    process.kill();
    this.awayUntilMs = Math.max(this.awayUntilMs, this.#stage.scheduler.nowMs + fault.forMs * 4);
    this.#stage.scheduler.after(fault.forMs * 4, undefined, () => this.#renew(process));
  }

  async #replace(process: ServiceProcess, fault: Fault): Promise<void> {
    await process.close();
    this.#stage.scheduler.after(fault.forMs, undefined, () => this.#renew(process));
  }

  #renew(process: ServiceProcess): void {
    const place = this.#stage.processes.indexOf(process);
    if (place >= 0) this.#stage.processes[place] = this.#born(place);
  }
}

const timed = new Set<Fault['kind']>(['kill', 'stop', 'restart', 'database_restart', 'client_crash']);
