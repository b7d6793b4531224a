import { mavenEnv } from './kafka-jars.ts';

describe("Maven's Java is the one that was found", () => {
  const stale = { PATH: '/usr/bin', JAVA_HOME: '/gone/jdk-8' };
  const envFor = (path: string, from: string, env: NodeJS.ProcessEnv = stale) =>
    mavenEnv({ path, major: 17, from }, env)['JAVA_HOME'];

  test('found on PATH: a JAVA_HOME that is stale or too old must not reach mvn', () => {
    expect('JAVA_HOME' in mavenEnv({ path: '/usr/bin/java', major: 17, from: 'PATH' }, stale)).toBe(false);
  });

  test('found by JAVA_HOME: it stays', () => {
    expect(envFor('/jdk/bin/java', 'JAVA_HOME', { JAVA_HOME: '/jdk' })).toBe('/jdk');
  });

  test('found in a usual folder: mvn is told', () => {
    expect(envFor('/usr/lib/jvm/java-17/bin/java', '/usr/lib/jvm')).toBe('/usr/lib/jvm/java-17');
  });

  test('all else stays as it is', () => {
    expect(mavenEnv({ path: '/usr/bin/java', major: 17, from: 'PATH' }, stale)['PATH']).toBe('/usr/bin');
  });
});
