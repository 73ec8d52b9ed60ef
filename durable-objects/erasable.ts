/** What an object does when its tenant is erased: everything on disk goes, then this instance of it. */
/** An answer is out after this, ms. */
const ANSWERED_MS = 1000;

export async function eraseObject(ctx: DurableObjectState): Promise<void> {
  await ctx.storage.deleteAlarm();
  await ctx.storage.deleteAll();
  // Once the answer is out: whoever comes by this name later finds an object without memory of what it was.
  setTimeout(() => ctx.abort('erased'), ANSWERED_MS);
}
