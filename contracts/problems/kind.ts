/** What is known of an error by its code. */
export type Fault = 'user' | 'platform' | 'upstream';

export interface ProblemKind {
  /** HTTP status when it is answered to a caller. */
  status: number;
  title: string;
  /** Whether the same call may succeed later, unchanged. */
  retryable: boolean;
  fault: Fault;
  hint?: string;
  /** Of 429 and 503: when to come again, seconds, where nobody knows it better. */
  retry_after_s?: number;
  /** An HTTP pipeline that fails with it answers with its status, not with `execution_failed`. */
  passes?: true;
}
