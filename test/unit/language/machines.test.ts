/** What `workflows.statemachine` becomes, and what is said of its mistakes. */
import { describe, expect, it } from 'vitest';
import { compile } from '#language/compile';
import { moduleCatalog } from '#modules/registry';
import { stepCatalog } from '#steps/registry';

const compiled = (source: string) => compile(source, { steps: stepCatalog, modules: moduleCatalog });

const document = (machine: string, hooks = '', steps = '') => `
name: orders
modules:
  - name: engine
    type: statemachine.engine
    config: {initial_state: new}
pipelines:
  check:
    steps:
      - {name: ok, type: step.set, config: {values: {ok: true}}}
${steps}
workflows:
  statemachine:
    engine: engine
    definitions:
      - name: order
        states:
          new: {description: Just made}
          paid: {isFinal: false}
          packed:
          done: {isFinal: true, isError: false, data: {colour: green}}
        transitions:
${machine}
${hooks}
`;

const GOOD = `
          pay: {fromState: new, toState: paid, condition: "data.total > 0", data: {currency: EUR}}
          pack: {fromState: paid, toState: packed, autoTransform: true}
          finish: {fromState: [paid, packed], toState: done}
`;

async function faults(source: string): Promise<string[]> {
  const { diagnostics } = await compiled(source);
  return diagnostics.map((each) => `${each.code}:${each.line}`);
}

describe('state machines', () => {
  it('become rules: states, guards, hooks', async () => {
    const { definition, diagnostics } = await compiled(
      document(
        GOOD,
        '    hooks:\n      - {workflowType: order, transitions: [pay], toStates: [paid], handler: check}\n    resourceMappings:\n      - {resourceType: orders, stateMachine: engine, instanceIDKey: id}',
      ),
    );
    expect(diagnostics).toEqual([]);
    expect(definition!.machines).toEqual({
      order: {
        name: 'order',
        engine: 'engine',
        initial: 'new',
        states: {
          new: { description: 'Just made', final: false, error: false },
          paid: { final: false, error: false },
          packed: { final: false, error: false },
          done: { final: true, error: false, data: { colour: 'green' } },
        },
        transitions: {
          pay: { from: ['new'], to: 'paid', condition: 'data.total > 0', auto: false, data: { currency: 'EUR' } },
          pack: { from: ['paid'], to: 'packed', auto: true },
          finish: { from: ['paid', 'packed'], to: 'done', auto: false },
        },
        hooks: [{ transitions: ['pay'], to: ['paid'], handler: 'check', pipeline: 'check' }],
      },
    });
  });

  it('leave documents without them as they were', async () => {
    const { definition } = await compiled('name: a\npipelines: {p: {steps: [{name: s, type: step.set, config: {values: {}}}]}}\n');
    expect(definition).not.toHaveProperty('machines');
  });

  it.each<[string, string, string, string]>([
    ['an unknown state before', '          pay: {fromState: nwe, toState: paid}', '', 'unknown_state:23'],
    ['an unknown state after', '          pay: {fromState: new, toState: payed}', '', 'unknown_state:23'],
    ['a transition to nowhere', '          pay: {fromState: new}', '', 'missing_key:23'],
    ['a misspelt key, once', '          pay: {fromState: new, tostate: paid}', '', 'unknown_key:23'],
    ['a guard that cannot be read', '          pay: {fromState: new, toState: paid, condition: "total >"}', '', 'expression_syntax:23'],
    ['a flag that is none', '          pay: {fromState: new, toState: paid, autoTransform: "often"}', '', 'invalid_type:23'],
    [
      'a circle without a guard',
      '          go: {fromState: new, toState: paid, autoTransform: true}\n          back: {fromState: paid, toState: new, autoTransform: true}',
      '',
      'endless_circle:22',
    ],
    ['a circle of one', '          go: {fromState: new, toState: new, autoTransform: true}', '', 'endless_circle:22'],
    ['a hook of an unknown machine', GOOD, '    hooks: [{workflowType: odrer, handler: check}]', 'unknown_machine:28'],
    ['a hook of an unknown transition', GOOD, '    hooks: [{workflowType: order, transitions: [payy], handler: check}]', 'unknown_transition:28'],
    ['a hook of an unknown state', GOOD, '    hooks: [{workflowType: order, toStates: [payd], handler: check}]', 'unknown_state:28'],
    ['a hook with an unknown handler', GOOD, '    hooks: [{workflowType: order, handler: chekc}]', 'unknown_module:28'],
    ['a hook without a handler', GOOD, '    hooks: [{workflowType: order}]', 'missing_key:28'],
    ['a hook with a module that runs nothing', GOOD, '    hooks: [{workflowType: order, handler: engine}]', 'invalid_value:28'],
    ['a mapping to an unknown machine', GOOD, '    resourceMappings: [{resourceType: orders, stateMachine: ordr}]', 'unknown_machine:28'],
    ['an unknown key of the section', GOOD, '    hook: []', 'unknown_key:28'],
  ])('say of %s where it is', async (_name, machine, hooks, expected) => {
    expect(await faults(document(machine, hooks))).toEqual([expected]);
  });

  it('may go round by themselves where a guard can stop them', async () => {
    const machine =
      '          go: {fromState: new, toState: paid, autoTransform: true}\n          back: {fromState: paid, toState: new, autoTransform: true, condition: data.again}';
    expect(await faults(document(machine))).toEqual([]);
  });

  it.each([
    ['by its name', 'order', []],
    ['by its engine', 'engine', []],
    ['by a template', '{{ .kind }}', []],
    ['by a name that nothing has', 'ordr', ['unknown_name:13']],
  ])('are named by steps %s', async (_name, name, expected) => {
    const step = `  move:\n    steps:\n      - {name: m, type: step.statemachine_transition, config: {statemachine: "${name}", entity_id: "1", event: pay}}`;
    expect(await faults(document(GOOD, '', step))).toEqual(expected);
  });

  it('begin where their engine says, unless it says a state that is not there', async () => {
    const { definition } = await compiled(document(GOOD));
    expect(definition!.machines!.order!.initial).toBe('new');
    expect(await faults(document(GOOD).replace('initial_state: new', 'initial_state: nwe'))).toEqual(['unknown_state:16']);
  });
});
