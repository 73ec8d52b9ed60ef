/** What the object that replays the dead letters of a pipeline is asked. */
/** One per pipeline and environment: replays its waiting dead letters in the background. Object name: `{tenant}/{workflow}/{environment}/{pipeline}`. */
export interface ReplayAllRpc {
  /** A run that is under way is answered as it is. */
  begin(order: ReplayAllOrder): Promise<ReplayAllProgress>;
  /** The last run, or `null`. */
  progress(): Promise<ReplayAllProgress | null>;
}

export interface ReplayAllOrder {
  tenant: string;
  place: { environment: string; workflow: string; pipeline: string };
  /** How many at most. */
  total: number;
  by: string;
}

/** Instants are epoch ms. */
export interface ReplayAllProgress {
  status: 'running' | 'completed';
  total: number;
  replayed: number;
  /** Closed by somebody else meanwhile. */
  skipped: number;
  failed: number;
  last_error?: { code: string; message: string };
  started_at: number;
  finished_at?: number;
  by: string;
}
