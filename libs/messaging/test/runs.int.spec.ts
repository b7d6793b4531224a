import { Injectable } from '@nestjs/common';
import { type RunContext, Runs } from '../src/index.ts';
import { stand, until } from './notes-service.ts';

let counts: Record<string, number> = {};
let failing = false;

class Counting {
  constructor(private readonly name: string) {}

  count(): void {
    counts[this.name] = (counts[this.name] ?? 0) + 1;
    if (failing) throw new Error('not now');
  }
}

@Injectable()
class RunHere extends Counting {
  constructor() {
    super('here');
  }

  @Runs({ name: 'count', everyMs: 20 })
  async run({ now }: RunContext): Promise<void> {
    if (now instanceof Date) this.count();
  }
}

@Injectable()
class RunThere extends Counting {
  constructor() {
    super('there');
  }

  @Runs({ name: 'count', everyMs: 20 })
  async run(_ctx: RunContext): Promise<void> {
    this.count();
  }
}

test('a schedule runs on one replica at a time, also after failures, and moves when that one goes', async () => {
  const place = await stand();
  const here = await place.app({}, [RunHere]);
  await until(() => (counts.here ?? 0) > 3, 'runs here');
  await place.app({}, [RunThere]);
  failing = true;
  const before = counts.here ?? 0;
  await until(() => (counts.here ?? 0) > before, 'a failing run');
  failing = false;
  await until(() => (counts.here ?? 0) > before + 5, 'runs go on');
  expect(counts.there).toBeUndefined();
  await here.close();
  await until(() => (counts.there ?? 0) > 3, 'runs there');
  counts = {};
  await place.close();
}, 30_000);
