export type Method = (...args: unknown[]) => unknown;

/** `target` with some members in place of its own; every other method keeps its `this`. */
export function wrap<T extends object>(target: T, own: Record<string, Method | object>): T {
  return new Proxy(target, {
    get(_, key) {
      if (typeof key === 'string' && Object.hasOwn(own, key)) return own[key];
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
