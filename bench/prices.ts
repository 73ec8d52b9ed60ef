/**
 * What a million executions would cost at the published prices of Workers Paid, without its included amounts.
 * US dollars; read November 2026.
 */
import type { Bill } from './meter/counts.ts';

export const PRICES = {
  /** Each million. */
  workerRequest: 0.3,
  objectRequest: 0.15,
  rowWritten: 1,
  rowRead: 0.001,
  queueOperation: 0.4,
  r2ClassA: 4.5,
  r2ClassB: 0.36,
  workerCpuMs: 0.02,
  /** A million GB-seconds; an object counts as 128 MB. */
  objectGbSecond: 12.5,
  /** One GB for a month. */
  storage: 0.2,
} as const;

const OBJECT_GB = 0.128;

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
  const requests = bill.workerRequests * PRICES.workerRequest + bill.objectRequests * PRICES.objectRequest;
  const rows = bill.rowsWritten * PRICES.rowWritten + bill.rowsRead * PRICES.rowRead;
  const queue = bill.queueOperations * PRICES.queueOperation;
  const objectTime = (bill.objectMs / 1000) * OBJECT_GB * PRICES.objectGbSecond;
  const r2 = bill.r2ClassA * PRICES.r2ClassA + bill.r2ClassB * PRICES.r2ClassB;
  const cpu = cpuMs * PRICES.workerCpuMs;
  return { requests, rows, queue, objectTime, r2, cpu, running: requests + rows + queue + objectTime + r2 + cpu, storageMonth: storageOf(bytes) };
}

/** Cloudflare Workflows is billed as Workers are: the request, the instance, CPU time, storage. */
export function workflowsMoney(cpuMs: number, bytes: number): Money {
  const requests = 2 * PRICES.workerRequest;
  const cpu = cpuMs * PRICES.workerCpuMs;
  return { requests, rows: 0, queue: 0, objectTime: 0, r2: 0, cpu, running: requests + cpu, storageMonth: storageOf(bytes) };
}

/** A million executions of so many bytes are a thousandth of that many GB. */
function storageOf(bytes: number): number {
  return (bytes / 1000) * PRICES.storage;
}
