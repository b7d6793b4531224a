import { databaseOf, envName, parts, portBase, portPlan, services } from './parts.ts';

describe('the list of parts', () => {
  test('every part has a port of its own', () => {
    const ports = [...portPlan(8080).values()];
    expect(new Set(ports).size).toBe(ports.length);
    expect(portPlan(8080).get('gateway')).toBe(8080);
  });

  test('moves as a whole with its base', () => {
    const moved = portPlan(18_080);
    for (const [name, port] of portPlan(8080)) expect(moved.get(name)).toBe(port + 10_000);
  });

  test('services call only services that exist', () => {
    const names = services.map((service) => service.name);
    for (const service of services) for (const called of service.calls ?? []) expect(names).toContain(called);
    expect(new Set(parts.map((part) => part.name)).size).toBe(parts.length);
  });

  test('names of settings and of databases follow the service', () => {
    expect(envName('credit-scoring')).toBe('CREDIT_SCORING');
    expect(databaseOf('credit-scoring')).toEqual({
      database: 'cashloop_credit_scoring',
      migrator: 'credit_scoring_migrator',
      login: 'credit_scoring',
    });
  });

  test.each(['abc', '80', '70000', '8080.5'])('CASHLOOP_PORT_BASE=%s is refused', (text) => {
    expect(() => portBase({ CASHLOOP_PORT_BASE: text })).toThrow('CASHLOOP_PORT_BASE');
  });

  test('the base is 8080 unless told otherwise', () => {
    expect(portBase({})).toBe(8080);
    expect(portBase({ CASHLOOP_PORT_BASE: '9080' })).toBe(9080);
  });
});
