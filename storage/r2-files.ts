/** Files of applications in R2, by content: `files/{tenant}/{sha256}`. */
import type { FileStore } from '#storage/platform-ports';

export class R2Files implements FileStore {
  constructor(private readonly bucket: R2Bucket) {}

  async put(tenant: string, sha256: string, bytes: Uint8Array): Promise<void> {
    if (!(await this.has(tenant, sha256))) await this.bucket.put(keyOf(tenant, sha256), bytes);
  }

  async has(tenant: string, sha256: string): Promise<boolean> {
    return (await this.bucket.head(keyOf(tenant, sha256))) !== null;
  }

  async open(tenant: string, sha256: string): Promise<ReadableStream | undefined> {
    return (await this.bucket.get(keyOf(tenant, sha256)))?.body;
  }
}

function keyOf(tenant: string, sha256: string): string {
  return `files/${tenant}/${sha256}`;
}
