import assert from 'node:assert/strict';
import {
  canDebug,
  configurationFacts,
  environmentRow,
  functionRow,
  functionTooltip,
  handlerRow,
  invocationRow,
} from '../../../src/extension/views/functionRows.ts';
import { escapeMarkdown } from '../../../src/extension/views/row.ts';
import { declaredFunction, environmentSummary, functionSummary, invocationSummary } from './builders.ts';

const location = {
  file: '/w/src/app.ts',
  line: 3,
  column: 13,
  symbol: 'handler',
  language: 'typescript',
} as const;

describe('rows of the Functions view', () => {
  it('says what a declared function is, to eyes and ears', () => {
    const row = functionRow({ name: 'a', declared: declaredFunction('a', { handlerLocation: location }) });
    assert.equal(row.label, 'a');
    assert.equal(row.description, 'nodejs22.x');
    assert.equal(row.spoken, 'Function a, nodejs22.x');
    assert.equal(row.context, 'function+debuggable+handler+declared');
  });

  it('says that a build failed, and why', () => {
    const live = functionSummary('a', { buildError: 'src/app.ts:3: Expected ";"' });
    const row = functionRow({ name: 'a', declared: declaredFunction('a'), live });
    assert.equal(row.description, 'nodejs22.x · build failed');
    assert.equal(row.icon?.id, 'warning');
    assert.match(row.spoken, /build failed: src\/app\.ts:3: Expected ";"/);
  });

  it('says that the template has an error, and that what it declared before counts', () => {
    const entry = {
      name: 'a',
      declared: declaredFunction('a'),
      templateError: 'The template has a YAML syntax error: Oh',
    };
    const row = functionRow(entry);
    assert.equal(row.description, 'nodejs22.x · template error');
    assert.equal(row.icon?.id, 'warning');
    assert.match(row.spoken, /its template has an error: The template has a YAML syntax error: Oh/);
    assert.match(functionTooltip(entry), /declared before counts/);
  });

  it('offers debugging for Node.js and Python', () => {
    assert.equal(canDebug({ name: 'a', declared: declaredFunction('a') }), true);
    assert.equal(canDebug({ name: 'a', declared: declaredFunction('a', { runtime: 'python3.13' }) }), true);
    assert.equal(canDebug({ name: 'a', declared: declaredFunction('a', { runtime: 'ruby3.4' }) }), false);
    const { runtime: _, ...image } = functionSummary('a', { packageType: 'Image' });
    assert.equal(canDebug({ name: 'a', live: image }), false);
    assert.equal(functionRow({ name: 'a', live: image }).description, 'container image');
  });

  it('shows the handler, clickable where its source was found', () => {
    assert.equal(handlerRow({ name: 'a', declared: declaredFunction('a') })?.context, 'handler');
    const found = declaredFunction('a', { handlerLocation: location });
    assert.equal(handlerRow({ name: 'a', declared: found })?.context, 'handler+found');
  });

  it('shows the settings that an invocation gets: the host’s where it has them', () => {
    const facts = configurationFacts({
      name: 'a',
      declared: declaredFunction('a', { environment: { TABLE: 'orders' } }),
      live: functionSummary('a', { memorySize: 512, layers: ['Shared'], environmentKeys: ['QUEUE'] }),
    });
    assert.deepEqual(
      facts.map(({ label, value }) => `${label}: ${value}`),
      [
        'Runtime: nodejs22.x',
        'Memory: 512 MB',
        'Timeout: 3 s',
        'Architecture: x86_64',
        'Environment variables: QUEUE',
        'Layers: Shared',
        'Code size: 4.1 KB',
        'State: Active',
      ],
    );
  });

  it('shows an environment’s state, init time and count', () => {
    const row = environmentRow(
      environmentSummary('bd12b66d00aa00bb00cc00dd3f9a1c20', 'a', {
        initMs: 141.4,
        invocations: 3,
        memory: 60 * 1024 * 1024,
      }),
    );
    assert.equal(row.label, '3f9a1c20');
    assert.equal(row.description, 'idle · init 141 ms · 3 invocations · 60 MB');
    assert.equal(row.spoken, 'Environment 3f9a1c20: idle, init 141 ms, 3 invocations, 60 MB');
  });

  it('shows how an invocation went', () => {
    const row = invocationRow(
      invocationSummary('r', 'a', {
        status: 'error',
        errorType: 'TypeError',
        cold: true,
        source: 'schedule',
        report: { durationMs: 1234, billedMs: 1235, memorySizeMb: 128, maxMemoryUsedMb: 70 },
      }),
    );
    assert.equal(row.description, 'TypeError · 1.23 s · cold · schedule');
    assert.equal(row.icon?.id, 'error');
    assert.equal(row.context, 'invocation+error');
  });

  it('lets nothing of the workspace become Markdown', () => {
    const hostile = '[x](command:evil) $(flame) <img> `code` **bold**';
    const tooltip = functionTooltip({
      name: 'a',
      declared: declaredFunction('a', { description: hostile }),
    });
    assert.match(tooltip, /^\*\*/);
    assert.equal(tooltip.includes(hostile), false);
    assert.match(escapeMarkdown(hostile), /^\\\[x\\\]\\\(command:evil\\\) \\\$\\\(flame\\\)/);
  });
});
