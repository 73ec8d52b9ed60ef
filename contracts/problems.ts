/**
 * Every error the platform can name, in one table. Nobody matches on message text: code decides.
 * Served as RFC 9457 problem details.
 */
import type { Json } from '#contracts/json';
import { APPLICATIONS } from '#contracts/problems/applications';
import { EXECUTIONS } from '#contracts/problems/executions';
import { INSTANCES } from '#contracts/problems/instances';
import type { ProblemKind } from '#contracts/problems/kind';
import { PEOPLE } from '#contracts/problems/people';
import { REQUESTS } from '#contracts/problems/requests';
import { STEERING } from '#contracts/problems/steering';

export type { Fault, ProblemKind } from '#contracts/problems/kind';

export const PROBLEMS = {
  ...REQUESTS,
  ...PEOPLE,
  ...APPLICATIONS,
  ...INSTANCES,
  ...STEERING,
  ...EXECUTIONS,
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof PROBLEMS;

export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(PROBLEMS, text);
}

/** An error as the log and the timeline keep it. `status` is the other side's HTTP status, where there is one. */
export interface ErrorInfo {
  code: ProblemCode;
  message: string;
  retryable: boolean;
  status?: number;
  hint?: string;
  /** Earliest sensible next attempt in ms from now, from the other side's Retry-After. */
  retry_after_ms?: number;
  details?: Json;
}

/** One fault inside a problem; for definitions with its place in the YAML (1-based). */
export interface ProblemDetail {
  code: string;
  message: string;
  path?: string;
  line?: number;
  column?: number;
  hint?: string;
}

/** RFC 9457 body. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail?: string;
  code: string;
  hint?: string;
  execution_id?: string;
  request_id?: string;
  errors?: ProblemDetail[];
  [extra: string]: unknown;
}

/** When to come again where nothing says better, seconds. */
const RETRY_AFTER_S = 5;

/** The one exception that carries a code across rooms. Its message may be shown to a caller. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors?: ProblemDetail[];
  readonly extra: Record<string, unknown>;

  constructor(code: ProblemCode, detail?: string, options: { errors?: ProblemDetail[]; extra?: Record<string, unknown>; cause?: unknown } = {}) {
    super(detail ?? PROBLEMS[code].title, { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.errors = options.errors;
    this.extra = options.extra ?? {};
  }

  /**
   * Headers of its answer: what `extra.headers` say, such as Allow. Whoever is told 429 or 503 is told when to come again, too.
   */
  headers(): Record<string, string> {
    const { headers, retry_after } = this.extra as { headers?: Record<string, string>; retry_after?: number };
    const own: Record<string, string> = {};
    for (const [name, value] of Object.entries(headers ?? {})) own[name.toLowerCase()] = value;
    const kind: ProblemKind = PROBLEMS[this.code];
    const status = this.extra.status ?? kind.status;
    if (status !== 429 && status !== 503) return own;
    return { 'retry-after': String(retry_after ?? kind.retry_after_s ?? RETRY_AFTER_S), ...own };
  }

  /** Without the headers of the answer. */
  body(): ProblemBody {
    const kind: ProblemKind = PROBLEMS[this.code];
    const { headers: _, ...extra } = this.extra;
    return {
      type: `https://workflow.dev/problems/${this.code}`,
      title: kind.title,
      status: kind.status,
      detail: this.message,
      code: this.code,
      ...(kind.hint ? { hint: kind.hint } : {}),
      ...extra,
      ...(this.errors ? { errors: this.errors } : {}),
    };
  }
}

/** The log's form of an error, from its code. */
export function errorInfo(code: ProblemCode, message: string, more: Partial<Omit<ErrorInfo, 'code' | 'message'>> = {}): ErrorInfo {
  const kind: ProblemKind = PROBLEMS[code];
  return { code, message, retryable: kind.retryable, ...(kind.hint ? { hint: kind.hint } : {}), ...more };
}
