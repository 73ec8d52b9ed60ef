/** Bounds of every door, in one place. Sizes in bytes unless said otherwise. */
export const LIMITS = {
  /** HTTP body of an application route or API call. */
  body: 4 * 1024 * 1024,
  /** What regions send each other: the largest body, written as JSON. */
  peerBody: 32 * 1024 * 1024,
  /** How much of a body that is too large is read before its connection is closed. */
  drained: 32 * 1024 * 1024,
  /** A body has this long to come, ms, and a second more for each so many bytes of it. */
  bodyMs: 10_000,
  bodyBytesPerSecond: 50 * 1024,
  /** YAML document. */
  yaml: 1024 * 1024,
  /** A document with its files, as JSON; base64 takes a third more than the bytes. */
  deployBody: 8 * 1024 * 1024,
  filesPerDocument: 500,
  yamlAliases: 100,
  yamlDepth: 64,
  /** Nesting of JSON taken from outside; far below where recursion over it would overflow. */
  jsonDepth: 200,
  /** Values above this go to R2; the log keeps hash and reference. */
  inlineValue: 64 * 1024,
  /** The whole log of an execution, some 150,000 events; values in R2 count with their reference. It has to fit in memory as text. */
  logBytes: 32 * 1024 * 1024,
  /** The file of an archived log. */
  archiveBytes: 80 * 1024 * 1024,
  /** A finished execution with a log above this is archived at once, whatever its retention. */
  archiveAbove: 4 * 1024 * 1024,
  /** So long after its end an execution stays in its object at least, ms: those who have just seen it end look at it. */
  archiveGraceMs: 60_000,
  /** One packed row of the log; SQLite rows end at 2 MB. */
  logRow: 1024 * 1024,
  /** One line of an exported execution, characters: the largest value, escaped. */
  exportLine: 32 * 1024 * 1024,
  /** An exported execution that is imported. Larger ones are verified and replayed offline. */
  importBytes: 24 * 1024 * 1024,
  /** Data of one instance of a state machine. */
  machineData: 128 * 1024,
  /** Answer of a called service. */
  upstreamBody: 8 * 1024 * 1024,
  /** An answer that a proxy streams on, and the time for all of it, ms, where the application says nothing else; and the most that it may say. */
  proxiedBody: 100 * 1024 * 1024,
  proxiedMs: 5 * 60_000,
  proxiedBodyMax: 1024 * 1024 * 1024,
  proxiedMsMax: 3_600_000,
  stepsPerPipeline: 1000,
  pipelinesPerWorkflow: 500,
  /** Jumps and steps of one execution, so that a loop of conditionals ends. */
  stepRuns: 25_000,
  /** Shortest distance between two times of a schedule, ms. */
  scheduleMinMs: 1000,
  /** Executions that call each other, one within the other. */
  callDepth: 20,
  /** Items of one foreach, and its lanes under way at the same time. */
  foreachItems: 10_000,
  foreachConcurrency: 100,
  /** What the lanes of a block give back, all together. */
  blockResults: 16 * 1024 * 1024,
  /** Times round of a loop. */
  loopRounds: 10_000,
  listDefault: 50,
  listMax: 200,
  eventsMax: 1000,
  idempotencyKey: 256,
  /** Of an effect, characters. */
  stepKey: 1024,
  secretValue: 16 * 1024,
  /** So that a rotation is one bounded piece of work. */
  secretsPerTenant: 500,
  /** Stores of secrets elsewhere, of a company; all are looked through for a name alone. */
  secretProviders: 10,
  secretCredential: 16 * 1024,
  /** Of a company. */
  organizations: 200,
  projects: 1000,
  serviceAccounts: 500,
  /** Invitations that nobody has taken yet. */
  invitations: 1000,
  /** How long before an API key runs out people are told, ms. Of one that lives no longer nobody is told. */
  keyNoticeMs: 7 * 24 * 3_600_000,
  /** Addresses of one call that invites. */
  invitationsAtOnce: 50,
  /** A waiting HTTP caller gets 202 after this, ms. */
  syncWaitMs: 30_000,
  /** An execution that ends its runtime so often, one time after the other, is parked. */
  crashes: 5,
  /** How soon a watchdog looks after an attempt whose runtime died, ms. */
  leaseMs: 10_000,
  defaultStepTimeoutMs: 30_000,
  maxStepTimeoutMs: 15 * 60_000,
  /** How long a result under an idempotency key is kept where no ttl is given, ms. */
  idempotencyTtlMs: 24 * 3_600_000,
  /** How long a dead letter is listed where no retention is given, ms. */
  deadLetterRetentionMs: 7 * 24 * 3_600_000,
  /** Mails of a tenant in an hour; how long they are listed; how long one is tried, ms. */
  mailsPerHour: 200,
  mailRetentionMs: 30 * 24 * 3_600_000,
  mailMaxAgeMs: 24 * 3_600_000,
  /** Characters of a password. */
  passwordMin: 10,
  passwordMax: 200,
  identityProviders: 20,
  /** Metadata of a SAML provider, and an answer of it, characters; certificates of one. */
  samlDocument: 256 * 1024,
  samlCertificates: 5,
  concurrencyKey: 256,
  /** Executions that wait for a place at one gate. */
  gateQueue: 10_000,
} as const;
