/** Spans in the JSON of OTLP over HTTP (opentelemetry-proto 1, `ExportTraceServiceRequest`). */
import type { Span } from '#engine/spans';

const KINDS = { internal: 1, server: 2, client: 3, consumer: 5 } as const;
const FAILED = 2;

type Value = string | number | boolean;

export function traceRequest(service: string, spans: readonly Span[]): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributes({ 'service.name': service, 'telemetry.sdk.language': 'webjs', 'telemetry.sdk.name': 'workflow' }) },
        scopeSpans: [{ scope: { name: 'workflow' }, spans: spans.map(spanOf) }],
      },
    ],
  });
}

function spanOf(span: Span) {
  return {
    traceId: span.trace_id,
    spanId: span.span_id,
    ...(span.parent_span_id === undefined ? {} : { parentSpanId: span.parent_span_id }),
    name: span.name,
    kind: KINDS[span.kind],
    startTimeUnixNano: nanos(span.start),
    endTimeUnixNano: nanos(span.end),
    attributes: attributes(span.attributes),
    events: span.events.map(({ name, at, attributes: own }) => ({ name, timeUnixNano: nanos(at), attributes: attributes(own) })),
    status: span.error === undefined ? {} : { code: FAILED, message: span.error },
  };
}

/** 64-bit numbers are text in this JSON. */
function nanos(ms: number): string {
  return (BigInt(Math.round(ms)) * 1_000_000n).toString();
}

function attributes(values: { [name: string]: Value }) {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: Value) {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
