/** `reduce` and `foreach`. */
import type { Json } from '#contracts/json';
import { type Code, type Env, many, type Path, type Paths, single, stream, UNTRACKED } from '#jq/code';
import { Draft } from '#jq/paths';
import type { Bind } from '#jq/patterns';

/** The last output of `update` is the next state; none makes it `null`. */
export function reduceLoop(source: Code, bind: Bind, start: Code, update: Code, bindBreaks: boolean): Code {
  const breaks = source.breaks || start.breaks || update.breaks || bindBreaks;
  const paths: Paths = (path, input, env, emit) =>
    start.paths(path, input, env, (begin, initial) => {
      let at: Path = begin;
      let state = initial;
      const signal = source.each(input, env, (value) =>
        bind(value, input, env, (bound) => {
          const [from, old] = [at, state];
          [at, state] = [path === UNTRACKED ? path : null, null];
          return update.paths(from, old, bound, (to, output) => {
            [at, state] = [to, output];
            return undefined;
          });
        }),
      );
      return signal ?? emit(at, state);
    });
  const { inPlace } = update;
  const run = (initial: Json, input: Json, env: Env) => {
    if (inPlace) {
      const draft = new Draft(initial);
      const signal = source.each(input, env, (value) =>
        bind(value, input, env, (bound) => {
          inPlace(draft, bound);
          return undefined;
        }),
      );
      return { signal, state: draft.root };
    }
    let state = initial;
    const step = update.one;
    const signal = source.each(input, env, (value) =>
      bind(value, input, env, (bound) => {
        if (step) {
          state = step(state, bound);
          return undefined;
        }
        const old = state;
        state = null;
        return update.each(old, bound, (output) => {
          state = output;
          return undefined;
        });
      }),
    );
    return { signal, state };
  };
  if (start.one && !breaks) {
    const first = start.one;
    return single((input, env) => run(first(input, env), input, env).state, paths);
  }
  return many(
    (input, env, emit) =>
      start.each(input, env, (initial) => {
        const { signal, state } = run(initial, input, env);
        return signal ?? emit(state);
      }),
    paths,
    breaks,
  );
}

/** Each output of `update` is the next state, and what `extract` makes of it an output. */
export function foreachLoop(source: Code, bind: Bind, start: Code, update: Code, extract: Code, bindBreaks: boolean): Code {
  return stream(
    (path, input, env, emit) =>
      start.paths(path, input, env, (begin, initial) => {
        let at: Path = begin;
        let state = initial;
        return source.each(input, env, (value) =>
          bind(value, input, env, (bound) =>
            update.paths(at, state, bound, (to, output) => {
              [at, state] = [to, output];
              return extract.paths(to, output, bound, emit);
            }),
          ),
        );
      }),
    source.breaks || start.breaks || update.breaks || extract.breaks || bindBreaks,
  );
}
