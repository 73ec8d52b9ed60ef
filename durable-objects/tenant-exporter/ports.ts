/** What the export of a tenant leans on; the composition root gives it. */
import type { ExportOrder, ExportStage, TenantExport } from '#contracts/tenant-export';

export interface ExportFile {
  name: string;
  content: AsyncIterable<Uint8Array>;
  /** It is a file also where there is nothing in it. */
  keepsEmpty?: true;
}

export interface UploadedPart {
  partNumber: number;
  etag: string;
}

export interface ExporterPorts {
  /** What is there of a stage, a page at a time; looks, and changes nothing. */
  plan(stage: ExportStage, tenant: string, cursor: string | null): Promise<{ names: string[]; next: string | null }>;
  /** `null`: nothing of it goes into the archive. */
  read(stage: ExportStage, tenant: string, name: string): Promise<ExportFile | null>;
  /** The last file of the archive: what it is. */
  manifest(job: TenantExport): Promise<ExportFile>;
  /** Begins the archive; answers the id of the upload. */
  open(order: ExportOrder): Promise<string>;
  part(order: ExportOrder, upload: string, number: number, bytes: Uint8Array): Promise<UploadedPart>;
  complete(order: ExportOrder, upload: string, parts: UploadedPart[]): Promise<void>;
  /** Bytes of the archive; `null` while it is not complete. */
  size(order: ExportOrder): Promise<number | null>;
  /** The archive goes, and what was sent for it. */
  remove(order: ExportOrder, upload: string | undefined): Promise<void>;
  /** Name of this region. */
  region: string;
  /** Epoch ms. */
  now(): number;
}
