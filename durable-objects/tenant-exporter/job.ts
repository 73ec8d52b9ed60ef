/** How far an export is: what is kept on disk between two files, and what its reader sees of it. */
import { EXPORT_STAGES, type Exported, type ExportOrder, type ExportStage, type TenantExport } from '#contracts/tenant-export';
import type { UploadedPart } from '#objects/tenant-exporter/ports';

export interface ExportJob extends TenantExport {
  upload?: string;
  parts: UploadedPart[];
  /** What is to be written next of this page. */
  names: string[];
  /** Where the next page begins; `undefined`: at the beginning; `null`: there is none. */
  next: string | null | undefined;
  /** The last row that belongs to a whole file. */
  seq: number;
  /** The manifest is written, and the end. */
  isSealed?: true;
  tries: number;
}

/** One that begins. */
export function newExport({ tenant, region, requested_by, requested_at }: ExportOrder): ExportJob {
  const order = { tenant, region, requested_by, requested_at };
  return { ...order, status: 'writing', stage: EXPORT_STAGES[0], written: [], left_out: [], parts: [], names: [], next: undefined, seq: 0, tries: 0 };
}

/** As its reader sees it. */
export function exportOf({ upload: _, parts: __, names: ___, next: ____, seq: _____, tries: ______, isSealed: _______, ...job }: ExportJob): TenantExport {
  return job;
}

/** One more file of a stage. */
export function counted(written: Exported[], stage: ExportStage, bytes: number): Exported[] {
  const known = written.find((each) => each.stage === stage) ?? { stage, count: 0, bytes: 0 };
  return [...written.filter((each) => each !== known), { stage, count: known.count + 1, bytes: known.bytes + bytes }];
}
