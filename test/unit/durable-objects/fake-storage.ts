/** Values and the alarm of an object, in memory: for what an object does with them beside its rules. */
export function fakeStorage() {
  const disk = new Map<string, unknown>();
  const clock: { alarm: number | null } = { alarm: null };
  const storage = {
    kv: {
      get: (key: string) => structuredClone(disk.get(key)),
      put: (key: string, value: unknown) => void disk.set(key, structuredClone(value)),
      delete: (key: string) => disk.delete(key),
    },
    getAlarm: async () => clock.alarm,
    setAlarm: async (at: number) => {
      clock.alarm = at;
    },
    deleteAlarm: async () => {
      clock.alarm = null;
    },
    deleteAll: async () => disk.clear(),
  };
  return { storage, disk, clock };
}
