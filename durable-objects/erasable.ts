/** What an object does when its tenant is erased: everything on disk goes, then this instance of it. */
export async function eraseObject(ctx: DurableObjectState): Promise<void> {
  await ctx.storage.deleteAlarm();
  await ctx.storage.deleteAll();
  // After the answer: whoever comes by this name later finds an object without memory of what it was.
  setTimeout(() => ctx.abort('erased'), 0);
}
