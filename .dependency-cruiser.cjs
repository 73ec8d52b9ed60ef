/**
 * Who may import whom. Each rule says why; `npm run verify` fails on a violation.
 *
 * The rooms and their order are in docs/architecture.md: contracts <- engine <- language; steps, connectors and
 * modules know contracts only; workers put everything together.
 */

/** What a room may import of this repository: itself and the rooms named. */
function room(name, allowed, why, exceptions = []) {
  return {
    name: `room-${name}`,
    severity: 'error',
    comment: why,
    from: { path: `^${name}/` },
    to: {
      path: '^(contracts|engine|portable|trial|language|jq|sandbox|steps|modules|connectors|storage|durable-objects|workers|dashboard|cli|sdk|examples|bench|scripts|test)/',
      pathNot: [`^(${[name, ...allowed].join('|')})/`, ...exceptions],
    },
  };
}

/** A package (or runtime module) that only some rooms may know. */
function only(packageName, rooms, why, pattern = `(^|node_modules/)${packageName}(/|$)`) {
  return {
    name: `only-${packageName.replaceAll(/[^a-z0-9]+/g, '-')}`,
    severity: 'error',
    comment: why,
    // Tests, benchmarks and scripts stand outside of the platform.
    from: {
      path: '^(contracts|engine|portable|trial|language|jq|sandbox|steps|modules|connectors|storage|durable-objects|workers|cli|sdk)/',
      pathNot: `^(${rooms.join('|')})/`,
    },
    to: { path: pattern },
  };
}

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one thought in two places, and neither can be read or tested alone.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'resolvable',
      severity: 'error',
      comment: 'An import that leads nowhere would slip past every rule below.',
      from: { pathNot: '^dashboard/' },
      // Made by the dashboard build; the Workers import it where it is there.
      to: { couldNotResolve: true, pathNot: ['^cloudflare:', 'dashboard/server/'] },
    },
    {
      name: 'nothing-imports-tests',
      severity: 'error',
      comment: 'Test helpers must not become part of the product.',
      from: { pathNot: '^(test|bench)/|\\.test\\.ts$' },
      to: { path: '^test/|\\.test\\.ts$' },
    },
    {
      name: 'room-contracts-packages',
      severity: 'error',
      comment: 'Contracts are shared by server, pages and clients, so they cost nothing to import: zod, and no other package.',
      from: { path: '^contracts/' },
      to: { path: 'node_modules/', pathNot: 'node_modules/zod/' },
    },
    {
      name: 'engine-is-pure',
      severity: 'error',
      comment: 'decide and evolve must replay the same on every machine: no package, no Node module, no runtime in the engine.',
      from: { path: '^engine/' },
      to: { path: '(node_modules/|^cloudflare:|^node:)' },
    },
    {
      name: 'engine-is-pure-core-modules',
      severity: 'error',
      comment: 'As above, for modules that Node brings along.',
      from: { path: '^(contracts|engine)/' },
      to: { dependencyTypes: ['core'] },
    },
    room('contracts', [], 'The vocabulary of everybody depends on nobody.'),
    room('engine', ['contracts'], 'The engine decides from state and command alone; it must not know how YAML looks or where bytes lie.'),
    room('portable', ['contracts', 'engine'], 'A file that is read without a platform must be understood without one.'),
    room('language', ['contracts', 'engine'], 'The language compiles into what the engine runs, and knows steps only by the facts handed to it.'),
    room('trial', ['contracts', 'engine', 'language'], 'A run in memory is the engine and the language alone: it can reach nothing, so nothing goes out.'),
    room('jq', ['contracts'], 'A language of its own that knows JSON and nothing else, so that it can be read alone and held against the real one.'),
    room('sandbox', ['contracts'], 'Scripts of tenants get text and give text; what the room cannot import they cannot reach.'),
    room(
      'steps',
      ['contracts', 'jq', 'sandbox'],
      'A step gets everything in its context, so that it can be tested and sandboxed alone, and no shared code learns its name.',
    ),
    room('modules', ['contracts'], 'As steps: a module type describes itself and is handed the rest.'),
    room('connectors', ['contracts'], 'As steps: a source or sink gets its ports handed in.'),
    room('storage', ['contracts', 'engine'], 'Stores keep what the engine makes; they decide nothing.'),
    room('durable-objects', ['contracts', 'engine', 'portable', 'language', 'storage'], 'Objects are doormen: steps reach them as the performer port only.'),
    room(
      'workers',
      ['contracts', 'engine', 'portable', 'trial', 'language', 'steps', 'modules', 'connectors', 'storage', 'durable-objects'],
      'The composition root may know every room but the pages; those it gets as a built bundle, through one door.',
      ['^dashboard/mount\\.'],
    ),
    room('dashboard', ['contracts', 'engine'], 'Pages show what the API gives: the contracts, and the pure folds of the engine for live updates.'),
    room(
      'cli',
      ['contracts', 'engine', 'portable', 'trial', 'language', 'steps', 'modules', 'sdk'],
      'The command line checks documents offline and speaks to the API for the rest. Tests in YAML run the decisions of objects that know no runtime.',
      ['^durable-objects/(scheduler/(plan|runs)|state-machine/(desk|hook-result|ledger|ports))\\.ts$'],
    ),
    room('sdk', ['contracts'], 'A client knows the contracts and nothing of the server.'),
    {
      name: 'router-knows-contracts-only',
      severity: 'error',
      comment: 'The router is global: what it cannot import (stores, engine, API) it cannot keep or leak across regions.',
      from: { path: '^workers/router/' },
      to: {
        path: '^(engine|portable|trial|language|jq|sandbox|steps|modules|connectors|storage|durable-objects|workers)/',
        pathNot: '^workers/(router|door)/',
      },
    },
    {
      name: 'door-knows-contracts-only',
      severity: 'error',
      comment: 'What router and regions share at their doors must bring nothing into the router that the router may not have.',
      from: { path: '^workers/door/' },
      to: { path: '^(engine|portable|trial|language|jq|sandbox|steps|modules|connectors|storage|durable-objects|workers)/', pathNot: '^workers/door/' },
    },
    {
      name: 'objects-behind-their-doors',
      severity: 'error',
      comment:
        'A bare stub fails for reasons of the platform, and stays broken; what is called through workers/objects/calls.ts says of each call what follows.',
      from: { path: '^workers/', pathNot: '^workers/(objects/|execution-stub\\.ts$|breakers/ports\\.ts$)' },
      to: { path: '^workers/placement\\.ts$' },
    },
    only(
      'cloudflare:',
      ['durable-objects', 'workers', 'storage'],
      'Only the rooms that run inside the runtime may name it; all others run in plain Node too.',
      '^cloudflare:',
    ),
    only('hono', ['workers'], 'HTTP is the business of the Workers.'),
    only('drizzle-orm', ['storage'], 'SQL of the regional index is written in one room.'),
    only('xml-crypto', ['workers/identity/saml'], 'Signatures of XML are verified in one place, which reads nothing but what was signed.'),
    only('@xmldom', ['workers/identity/saml'], 'XML of strangers is read within bounds, behind one door.'),
    only('jose', ['workers'], 'Tokens are checked at the door, once.'),
    only('yaml', ['language', 'workers'], 'Source text is read by the language and put together by the API; everybody else sees the compiled form.'),
    only('@marcbachmann', ['language'], 'One expression language, behind one door.'),
    only('quickjs-emscripten-core', ['sandbox'], 'One engine for scripts, behind one door.'),
    only('acorn', ['sandbox'], 'Scripts of tenants are read where they are run, behind one door.'),
    only('@jitl', ['sandbox'], 'One engine for scripts, behind one door.'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dashboard/(dist|server|tmp)|build|\\.wrangler)/' },
    tsPreCompilationDeps: true,
    parser: 'swc',
    combinedDependencies: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mts', '.js', '.mjs', '.cjs', '.json'],
      conditionNames: ['workerd', 'import', 'node', 'default', 'types'],
      exportsFields: ['exports'],
    },
  },
};
