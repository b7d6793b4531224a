/**
 * Every command of package.json: its program, how much must be ready before it, and what --help says.
 * needs: 'node' (Node 24 only), 'modules' (node_modules too), 'build' (compiled libs and services too)
 * @type {Record<string, { program: string, needs: 'node'|'modules'|'build', args?: string[], ownHelp?: boolean, help: string }>}
 */
export const commands = {
  start: {
    program: 'tools/local/start.ts',
    needs: 'build',
    help: `npm start [-- --detach] [--no-live] [--no-sample]

Starts everything: Postgres, Kafka, Redis, Prometheus, the QuickBooks stand-in and all services, installing what is
missing; loads the sample company at the first start; stays in the foreground. Ctrl-C stops it and keeps the data.

  --detach      return once everything is ready (stop with npm stop)
  --no-live     no slow trickle of new invoices and payments in the sample company
  --no-sample   no sample company at all

Environment: CASHLOOP_PORT_BASE (8080) moves all ports; KAFKA_BROKERS, DATABASE_URL (a login that may create databases
and roles) and REDIS_URL use servers of yours; QBO_CLIENT_ID, QBO_CLIENT_SECRET ... connect a real QuickBooks, then
without the sample company, unless QBO_OAUTH_TOKEN_URL is set.

Example: npm start -- --detach`,
  },
  stop: {
    program: 'tools/local/stop.ts',
    needs: 'node',
    help: `npm stop

Stops what npm start started, in whatever state it is: services, then Kafka, then Postgres. Keeps the data.

Example: npm stop`,
  },
  status: {
    program: 'tools/local/status.ts',
    needs: 'node',
    help: `npm run status [-- --json | --env]

Shows each part: its state (ready, starting, restarting, degraded, stopped, missing), address, process, memory and log.

  --json   the same for programs, alone on standard output, with the local admin's login: use npm run -s
  --env    addresses and login as shell variables

Example: npm run -s status -- --json
Example: eval "$(npm run -s status -- --env)"
Example: npm run -s status -- --json | jq -r '.parts[] | select(.state != "ready") | .name'`,
  },
  logs: {
    program: 'tools/local/logs.ts',
    needs: 'node',
    help: `npm run logs -- NAME [--lines N] [--no-follow]

Shows the last lines (50) of a part's log and follows it. NAME: a service, kafka, postgres, redis, prometheus, start.

Example: npm run logs -- credit-scoring --lines 200`,
  },
  reset: {
    program: 'tools/local/reset.ts',
    needs: 'node',
    help: `npm run reset [-- --yes]

Removes all data, logs and secrets of the local system, all or nothing. Keeps what was downloaded. Asks first, unless
--yes is given. Refuses while it runs and when any server is yours (KAFKA_BROKERS, DATABASE_URL, REDIS_URL).

Example: npm stop && npm run reset -- --yes`,
  },
  doctor: {
    program: 'tools/local/doctor.ts',
    needs: 'node',
    help: `npm run doctor

Checks what npm start needs (Node, Java, Maven, ports, disk, permissions, packages) and starts nothing.
Exit status 1 when something would stop npm start.

Example: npm run doctor`,
  },
  dev: {
    program: 'tools/local/dev.ts',
    needs: 'build',
    help: `npm run dev -- NAME [--inspect PORT]

Replaces one running service by its source: restarts on every save in its folder or in libs/, with a debugger port
(9229). Ctrl-C puts the compiled one back. The system must be running: npm start -- --detach

Example: npm run dev -- credit-scoring`,
  },
  test: {
    program: 'tools/test/run.ts',
    needs: 'modules',
    help: `npm test [-- --only STEP[,STEP]] [--list]

Everything CI checks, on real servers started on ports and in folders of its own, beside a running npm start.
Ends with "N passed, N failed"; exit status 1 when something failed.

  --only STEP   only these steps
  --list        the names of the steps

Example: npm test -- --only lint,tests`,
  },
  check: {
    program: 'tools/test/check.ts',
    needs: 'modules',
    help: `npm run check

The fast part of npm test: lint and boundaries, types, generated files, buf, promtool, tidy, unit and property tests.
Starts no server.

Example: npm run check`,
  },
  load: {
    program: 'tools/load/main.ts',
    needs: 'build',
    ownHelp: true,
    help: `npm run load -- PATH.csv [--dry-run] [--verify] [--company NAME] ...

Loads an accounts-receivable ledger into a company of its own in the QuickBooks stand-in and connects it.

Example: npm run load -- ledger.csv --currency EUR --shift-to-today`,
  },
  holds: {
    program: 'tools/holds/main.ts',
    needs: 'build',
    ownHelp: true,
    help: `npm run holds

Follows the credit holds on Kafka in the terminal.

Example: npm run holds`,
  },
  ops: {
    program: 'tools/ops/main.ts',
    needs: 'build',
    ownHelp: true,
    help: `npm run ops -- COMMAND [--help]

The operator's commands. They act on the running local system, or on the databases that the environment names.

  outbox         events that are stored but not yet on the broker
  offsets        what each projection has read; moves an offset, starts a stopped partition
  dead-letters   events that a handler could not take: look, try again, give up
  projections    new projections built beside live ones, and the switch to them
  replay         rebuilds a projection into a schema of its own and compares it with the live one
  republish      sends the current state of a service's documents again
  versions       raises the versions of a service's documents after a restore from a backup
  migrate        brings databases up to date
  vault          verifies the append-only log

Example: npm run ops -- replay --projection credit-receivables --filter customer=42
Example: npm run ops -- vault verify`,
  },
  new: {
    program: 'tools/new/main.ts',
    needs: 'modules',
    ownHelp: true,
    help: `npm run new -- service NAME

Writes a service in the six-folder shape.

Example: npm run new -- service dunning`,
  },
  bench: {
    program: 'e2e/bench/main.ts',
    needs: 'build',
    ownHelp: true,
    help: `npm run bench [-- NAME]

Measures speed, latency, memory and recovery; exits 1 when a floor is missed. No NAME: all.

Example: npm run bench -- events`,
  },
  drill: {
    program: 'e2e/drill/main.ts',
    needs: 'build',
    ownHelp: true,
    help: `npm run drill -- [--kills N] [--seed S]

Keeps load running on servers and ports of its own, strikes processes and servers down at seeded moments in which their
readers are at work, then compares every document, exposure and judgement with books kept apart. The same seed strikes
the same way.

Example: npm run drill -- --kills 100 --seed 7`,
  },
  simulate: {
    program: 'e2e/simulate/main.ts',
    needs: 'modules',
    ownHelp: true,
    help: `npm run simulate -- [--seeds N] [--from K] [--plant NAME | --plants]

Runs the messaging kernel from its source against a database and a broker in memory, in virtual time, with seeded
crashes, delays, duplicates, reordering and lost acknowledgements; starts no server. A failing seed prints the smallest
run that still fails and replays by its number.

Example: npm run simulate -- --seeds 10000
Example: npm run simulate -- --from 2510 --seeds 1`,
  },
  generate: {
    program: 'tools/generate/main.ts',
    needs: 'build',
    ownHelp: true,
    help: `npm run generate [-- --check]

Writes generated files anew: event types, AsyncAPI, dashboards, docker-compose.yml, schema.sql.

Example: npm run generate -- --check`,
  },
};
