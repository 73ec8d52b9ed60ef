/**
 * How the local runtime collects garbage.
 *
 * All objects of a local region share one thread, so whatever stops it stops them all. With the usual 16 MB of young space a
 * collection comes every few seconds and stops everybody for 15 to 30 ms; with 2 MB they come several times a second, and
 * each takes a few. The whole heap may grow to twice what is alive from one collection to the next. Left alone, the runtime lets it
 * grow further each time, up to fourfold, so that memory is never flat. A collection stops everybody for as long as it takes to mark what
 * is alive and to let go of what is not: with half as much room they come too often, with four times as much each takes too long
 * (docs/benchmarks.md).
 *
 * miniflare takes the flags from its environment only, so this must have run before a runtime is started; what somebody has
 * set themselves stays.
 */
process.env.MINIFLARE_WORKERD_V8_FLAGS ??= '--max-semi-space-size=2 --heap-growing-percent=100';
