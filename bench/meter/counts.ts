/** What a metered run counts, and from it what one execution is billed. */

export interface Counts {
  workerRequests: number;
  /** By `Class.method`, or `binding.method` where the class is not known. */
  objectRequests: Record<string, number>;
  objectRowsWritten: number;
  objectRowsRead: number;
  /** Of each turn that wrote rows: from the event that began it until what it wrote is on disk, ms. */
  commitMs: number[];
  alarmsSet: number;
  alarmsDeleted: number;
  /** Sum over all objects of the time in which they were at work, ms. */
  objectMs: number;
  d1RowsWritten: number;
  d1RowsRead: number;
  /** Statements that may have written rows without saying how many; must be none. */
  d1Uncounted: number;
  queueMessages: number;
  /** Writes, one for each 64 KB of a message. */
  queueWrites: number;
  queueDeliveries: number;
  queueBatches: number;
  r2ClassA: number;
  r2ClassB: number;
}

export function noCounts(): Counts {
  return {
    workerRequests: 0,
    objectRequests: {},
    objectRowsWritten: 0,
    objectRowsRead: 0,
    commitMs: [],
    alarmsSet: 0,
    alarmsDeleted: 0,
    objectMs: 0,
    d1RowsWritten: 0,
    d1RowsRead: 0,
    d1Uncounted: 0,
    queueMessages: 0,
    queueWrites: 0,
    queueDeliveries: 0,
    queueBatches: 0,
    r2ClassA: 0,
    r2ClassB: 0,
  };
}

/** One execution's share of what the platform bills. */
export interface Bill {
  rowsWritten: number;
  rowsRead: number;
  objectRequests: number;
  queueOperations: number;
  workerRequests: number;
  /** Milliseconds that objects were at work. */
  objectMs: number;
  r2ClassA: number;
  r2ClassB: number;
}

export function billOf(counts: Counts, executions: number): Bill {
  const each = (total: number) => total / executions;
  return {
    rowsWritten: each(counts.objectRowsWritten + counts.alarmsSet + counts.alarmsDeleted + counts.d1RowsWritten),
    rowsRead: each(counts.objectRowsRead + counts.d1RowsRead),
    objectRequests: each(Object.values(counts.objectRequests).reduce((sum, count) => sum + count, 0)),
    // Each delivery is a read and, acknowledged, a delete.
    queueOperations: each(counts.queueWrites + 2 * counts.queueDeliveries),
    workerRequests: each(counts.workerRequests),
    objectMs: each(counts.objectMs),
    r2ClassA: each(counts.r2ClassA),
    r2ClassB: each(counts.r2ClassB),
  };
}
