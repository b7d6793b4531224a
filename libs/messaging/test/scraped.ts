import { register } from 'prom-client';

/** The value of one series as Prometheus reads it; undefined while the series is absent. */
export async function scraped(name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
  const text = await register.metrics();
  const inside = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const series = `cashloop_messaging_${name}${inside.length === 0 ? '' : `{${inside.join(',')}}`} `;
  const line = text.split('\n').find((one) => one.startsWith(series));
  return line === undefined ? undefined : Number(line.slice(series.length));
}
