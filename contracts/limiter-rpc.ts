/** Buckets of requests. Object name: `{tenant}/{workflow}/{environment}/{module}/{shard}`. */
export interface Rate {
  /** So many come back each minute. */
  per_minute: number;
  /** So many are in a full bucket. */
  burst: number;
}

export interface Taken {
  allowed: boolean;
  remaining: number;
  /** Until the next one, seconds; 0 when this one was allowed. */
  retry_after_s: number;
}

export interface LimiterRpc {
  take(key: string, rate: Rate): Promise<Taken>;
}
