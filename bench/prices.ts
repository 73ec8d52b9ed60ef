/** What a million executions would cost at the published prices of Workers Paid, without its included amounts. US dollars. */
import { LIST_PRICES, OBJECT_GB } from '#contracts/prices';
import type { Bill } from './meter/counts.ts';

export interface Money {
  requests: number;
  rows: number;
  queue: number;
  objectTime: number;
  r2: number;
  /** As if all CPU time that the runtime used here were billed as that of a Worker: an upper bound. */
  cpu: number;
  /** Sum of the above: what running costs. */
  running: number;
  /** To keep what was written, each month. */
  storageMonth: number;
}

/** For a million executions, from one execution's `bill`, its CPU time in ms and its bytes at rest. */
export function moneyOf(bill: Bill, cpuMs: number, bytes: number): Money {
  const requests = bill.workerRequests * LIST_PRICES.worker_request + bill.objectRequests * LIST_PRICES.object_request;
  const rows = bill.rowsWritten * LIST_PRICES.row_written + bill.rowsRead * LIST_PRICES.row_read;
  const queue = bill.queueOperations * LIST_PRICES.queue_operation;
  const objectTime = (bill.objectMs / 1000) * OBJECT_GB * LIST_PRICES.object_gb_second;
  const r2 = bill.r2ClassA * LIST_PRICES.r2_class_a + bill.r2ClassB * LIST_PRICES.r2_class_b;
  const cpu = cpuMs * LIST_PRICES.worker_cpu_ms;
  return { requests, rows, queue, objectTime, r2, cpu, running: requests + rows + queue + objectTime + r2 + cpu, storageMonth: storageOf(bytes) };
}

/** Cloudflare Workflows is billed as Workers are: the request, the instance, CPU time, storage. */
export function workflowsMoney(cpuMs: number, bytes: number): Money {
  const requests = 2 * LIST_PRICES.worker_request;
  const cpu = cpuMs * LIST_PRICES.worker_cpu_ms;
  return { requests, rows: 0, queue: 0, objectTime: 0, r2: 0, cpu, running: requests + cpu, storageMonth: storageOf(bytes) };
}

/** A million executions of so many bytes are a thousandth of that many GB. */
function storageOf(bytes: number): number {
  return (bytes / 1000) * LIST_PRICES.storage_gb_month;
}
