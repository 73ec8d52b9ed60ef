/**
 * The text format of Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats. A family is its help, its type
 * and its samples, in this order; label values are escaped, so that no name can bring a line of its own.
 */
export const EXPOSITION_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

export type Labels = Record<string, string>;

export interface Sample {
  labels: Labels;
  value: number;
}

export interface Distribution {
  labels: Labels;
  /** How many are at most so large, by bound. */
  upTo: readonly [bound: number, count: number][];
  sum: number;
  count: number;
}

export function family(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  return head(name, type, help) + samples.map(({ labels, value }) => line(name, labels, value)).join('');
}

export function histogramFamily(name: string, help: string, distributions: readonly Distribution[]): string {
  if (distributions.length === 0) return '';
  const lines = distributions.map(({ labels, upTo, sum, count }) =>
    [
      ...upTo.map(([bound, value]) => line(`${name}_bucket`, { ...labels, le: String(bound) }, value)),
      line(`${name}_bucket`, { ...labels, le: '+Inf' }, count),
      line(`${name}_sum`, labels, sum),
      line(`${name}_count`, labels, count),
    ].join(''),
  );
  return head(name, 'histogram', help) + lines.join('');
}

function head(name: string, type: string, help: string): string {
  return `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n# TYPE ${name} ${type}\n`;
}

function line(name: string, labels: Labels, value: number): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}{${pairs.join(',')}} ${value}\n`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
