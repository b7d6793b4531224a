import { parse } from 'yaml';
import { installCommand } from './debian.ts';
import { majorOf } from './java.ts';
import { proxyFlags } from './kafka-jars.ts';
import { newClusterId, propertyValue, serverProperties } from './kafka.ts';
import { userIn } from './postgres-user.ts';
import { localConfig } from './prometheus.ts';

describe('Java', () => {
  test.each([
    ['openjdk version "17.0.15" 2025-04-15', 17],
    ['java version "1.8.0_392"', 8],
    ['openjdk version "25" 2025-09-16', 25],
    ['no java here', undefined],
  ])('%s', (text, major) => expect(majorOf(text)).toBe(major));
});

describe('Kafka', () => {
  test('a cluster id is 22 characters and never looks like a flag', () => {
    for (let round = 0; round < 500; round++) expect(newClusterId()).toMatch(/^[A-Za-z0-9_][\w-]{21}$/);
  });

  test('values are written as Java reads them', () => {
    expect(propertyValue('/höme/a b/€\\x')).toBe(String.raw`/h\u00f6me/a b/\u20ac\\x`);
  });

  test('listens on this machine only and makes no topics by mistake', () => {
    const java = { path: 'java', major: 17, from: 'PATH' };
    const text = serverProperties({ java, jars: '', folder: '/f', log: '', port: 1, controllerPort: 2 });
    expect(text).toContain('listeners=PLAINTEXT://127.0.0.1:1,CONTROLLER://127.0.0.1:2\n');
    expect(text).toContain('auto.create.topics.enable=false\n');
  });

  test('Maven gets the proxy of the environment, unless it has its own', () => {
    expect(proxyFlags({ https_proxy: 'http://proxy:3128' })).toEqual([
      '-Dhttps.proxyHost=proxy',
      '-Dhttps.proxyPort=3128',
    ]);
    expect(proxyFlags({ https_proxy: 'http://proxy:3128', MAVEN_OPTS: '-Dhttps.proxyHost=own' })).toEqual([]);
    expect(proxyFlags({})).toEqual([]);
  });
});

describe('Prometheus', () => {
  const text = `
rule_files: ['rules/*.yml']
scrape_configs:
  - job_name: cashloop
    static_configs: [{ targets: ['127.0.0.1:8084'], labels: { service: credit-scoring } }]
`;

  test('scrapes the ports of this stack, with rules from where they are', () => {
    expect(parse(localConfig(text, '/repo/prometheus', 9080))).toEqual({
      rule_files: ['/repo/prometheus/rules/*.yml'],
      scrape_configs: [
        {
          job_name: 'cashloop',
          static_configs: [{ targets: ['127.0.0.1:9084'], labels: { service: 'credit-scoring' } }],
        },
      ],
    });
  });
});

describe('the user of Postgres', () => {
  const passwd = 'root:x:0:0:root:/root:/bin/bash\npostgres:x:101:104::/var/lib/postgresql:/bin/sh\n';
  test('is found by its name', () =>
    expect(userIn(passwd, 'postgres')).toEqual({ name: 'postgres', uid: 101, gid: 104 }));
  test('may be missing', () => expect(userIn(passwd, 'nobody')).toBeUndefined());
});

test('who may not install is told what to ask for', () => {
  expect(installCommand(['redis-server'])).toMatch(/(apt-get install .*redis-server|brew install redis)$/);
});
