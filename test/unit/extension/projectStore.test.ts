import assert from 'node:assert/strict';
import { ProjectStore } from '../../../src/extension/project/projectStore.ts';
import type { StoreChange } from '../../../src/extension/project/projectStore.ts';
import {
  declaredFunction,
  environmentSummary,
  functionSummary,
  invocationSummary,
  workspaceModel,
} from './builders.ts';

function store(): { store: ProjectStore; changes: StoreChange[] } {
  const made = new ProjectStore();
  const changes: StoreChange[] = [];
  made.onChange.add(change => changes.push(change));
  return { store: made, changes };
}

describe('ProjectStore', () => {
  it('shows what is declared without a host, and both together with one', () => {
    const { store: project } = store();
    project.setModel(
      workspaceModel([declaredFunction('b'), declaredFunction('a10'), declaredFunction('a2')]),
    );
    assert.deepEqual(
      project.functions().map(entry => entry.name),
      ['a2', 'a10', 'b'],
    );
    assert.equal(project.function('b')?.live, undefined);
    project.apply({
      type: 'snapshot',
      functions: [functionSummary('b'), functionSummary('made-by-cli')],
      layers: [],
      environments: [],
      invocations: [],
      problems: [],
      clock: { serviceTime: 0, wallTime: 0, speed: 1, frozen: false, waiting: 0 },
    });
    assert.deepEqual(
      project.functions().map(entry => [entry.name, entry.declared !== undefined, entry.live !== undefined]),
      [
        ['a2', true, false],
        ['a10', true, false],
        ['b', true, true],
        ['made-by-cli', false, true],
      ],
    );
    project.disconnected();
    assert.equal(project.function('made-by-cli'), undefined);
    assert.equal(project.function('b')?.live, undefined);
  });

  it('draws nothing again for a folder that declares what it declared', () => {
    const { store: project, changes } = store();
    project.setModel(workspaceModel([declaredFunction('a')]));
    changes.splice(0);
    project.setModel(workspaceModel([declaredFunction('a')]));
    assert.equal(changes.length, 0);
    project.setModel(workspaceModel([declaredFunction('a'), declaredFunction('b')]));
    assert.deepEqual(
      changes.map(change => change.kind),
      ['functions', 'problems'],
    );
  });

  it('names no more than what a delta touches', () => {
    const { store: project, changes } = store();
    project.setModel(workspaceModel([declaredFunction('a')]));
    changes.splice(0);
    project.apply({ type: 'function', function: functionSummary('a') });
    project.apply({ type: 'environment', environment: environmentSummary('e1', 'a') });
    project.apply({ type: 'invocation', invocation: invocationSummary('r1', 'a') });
    project.apply({ type: 'function', function: functionSummary('new') });
    assert.deepEqual(changes, [
      { kind: 'function', name: 'a' },
      { kind: 'environments', name: 'a' },
      { kind: 'invocations', name: 'a' },
      { kind: 'functions' },
    ]);
  });

  it('keeps the newest invocations first, and updates one in its place', () => {
    const { store: project } = store();
    for (let number = 1; number <= 25; number++)
      project.apply({
        type: 'invocation',
        invocation: invocationSummary(`r${number}`, 'a', { startedAt: number }),
      });
    const running = invocationSummary('r24', 'a', { startedAt: 24, status: 'error' });
    project.apply({ type: 'invocation', invocation: running });
    const list = project.invocations('a');
    assert.equal(list.length, 20);
    assert.deepEqual(
      list.slice(0, 3).map(({ requestId, status }) => [requestId, status]),
      [
        ['r25', 'success'],
        ['r24', 'error'],
        ['r23', 'success'],
      ],
    );
  });

  it('forgets environments when they have stopped', () => {
    const { store: project } = store();
    project.apply({ type: 'environment', environment: environmentSummary('e2', 'a', { startedAt: 2 }) });
    project.apply({ type: 'environment', environment: environmentSummary('e1', 'a', { startedAt: 1 }) });
    assert.deepEqual(
      project.environments('a').map(({ id }) => id),
      ['e1', 'e2'],
    );
    project.apply({ type: 'environment', environment: environmentSummary('e1', 'a', { state: 'stopped' }) });
    assert.deepEqual(
      project.environments('a').map(({ id }) => id),
      ['e2'],
    );
  });

  it('takes problems from the host while there is one, else from the folder', () => {
    const { store: project } = store();
    const problem = {
      file: '/w/template.yaml',
      startLine: 1,
      startColumn: 0,
      endLine: 1,
      endColumn: 4,
      severity: 'error',
      message: 'from the folder',
    } as const;
    project.setModel({ ...workspaceModel([]), problems: [problem] });
    assert.equal(project.problems()[0]?.message, 'from the folder');
    project.apply({ type: 'problems', problems: [{ ...problem, message: 'from the host' }] });
    assert.equal(project.problems()[0]?.message, 'from the host');
    project.disconnected();
    assert.equal(project.problems()[0]?.message, 'from the folder');
  });

  it('keeps what a template declared before while it has an error, at its place of now', () => {
    const { store: project } = store();
    const good = declaredFunction('a', { environment: { TABLE: 't', GREETING: 'g' } });
    project.setModel(workspaceModel([good, declaredFunction('b')]));
    const declaration = { ...good.declaration, startLine: 9 };
    const problem = { ...declaration, severity: 'error', code: 'template-syntax', message: 'Oh' } as const;
    const broken = {
      ...workspaceModel([{ ...good, environment: {}, declaration }, declaredFunction('new')]),
      problems: [problem],
      unparsed: ['/w/template.yaml'],
    };
    project.setModel(broken);
    // Once more: it is still what was good that stays.
    project.setModel({ ...broken, functions: [] });
    assert.deepEqual(
      project.functions().map(({ name, templateError }) => [name, templateError]),
      [
        ['a', 'Oh'],
        ['b', 'Oh'],
        ['new', 'Oh'],
      ],
    );
    assert.deepEqual(project.function('a')?.declared, { ...good, declaration });
    // A template that parses says what there is.
    project.setModel(workspaceModel([declaredFunction('a')]));
    assert.deepEqual(
      project
        .functions()
        .map(({ name, declared, templateError }) => [name, declared?.environment, templateError]),
      [['a', {}, undefined]],
    );
  });

  it('keeps a function whose type is misspelt, and no other of that template', () => {
    const { store: project } = store();
    project.setModel(workspaceModel([declaredFunction('a'), declaredFunction('b')]));
    project.setModel({
      ...workspaceModel([]),
      unclear: [{ template: '/w/template.yaml', logicalId: 'a', message: 'No such type' }],
    });
    assert.deepEqual(
      project.functions().map(({ name, templateError }) => [name, templateError]),
      [['a', 'No such type']],
    );
  });
});
