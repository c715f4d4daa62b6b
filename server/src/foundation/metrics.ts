import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Counters and gauges for Prometheus. They carry no names, texts or ids. */
export interface Metrics {
  readonly registry: Registry;
  /** Screenings by verdict, and the reason where one was unscanned. */
  readonly screenings: Counter<'verdict' | 'reason'>;
  readonly requests: Histogram<'route' | 'method' | 'status'>;
  /** Things that wait or are in trouble, read when they are asked for. */
  gauge(name: string, help: string, read: () => Promise<number>): void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    screenings: new Counter({
      name: 'breakwater_screenings_total',
      help: 'Screenings by verdict; reason tells why one was unscanned',
      labelNames: ['verdict', 'reason'],
      registers: [registry],
    }),
    requests: new Histogram({
      name: 'breakwater_http_request_seconds',
      help: 'Duration of HTTP requests',
      labelNames: ['route', 'method', 'status'],
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
      registers: [registry],
    }),
    gauge(name, help, read) {
      const gauge: Gauge = new Gauge({
        name,
        help,
        registers: [],
        async collect() {
          this.set(await valueOf(read));
        },
      });
      registry.registerMetric(gauge);
    },
  };
}

/** What cannot be read now is no number, and keeps nobody from reading the rest. */
async function valueOf(read: () => Promise<number>): Promise<number> {
  try {
    return await read();
  } catch {
    return Number.NaN;
  }
}
