/** What the Timeline says, and the page that it says it in. */
import assert from 'node:assert/strict';
import { pageHtml } from '../../../src/extension/timeline/pageHtml.ts';
import { isFromPage } from '../../../src/timeline/messages.ts';
import { itemWords, laneFacts, startWords, throttleWords } from '../../../src/timeline/words.ts';
import { laneItems } from '../../../src/timeline/items.ts';
import { TimelineModel } from '../../../src/timeline/timelineModel.ts';
import { environmentSummary, invocationSummary } from '../extension/builders.ts';

describe('words of the timeline', () => {
  it('say why an environment was started', () => {
    assert.match(startWords({ kind: 'busy', busy: 4 }), /no environment was idle: all 4 were busy/);
    assert.match(startWords({ kind: 'busy', busy: 1 }), /the only one was busy/);
    assert.match(startWords({ kind: 'changed', busy: 0 }), /code or configuration changed/);
    assert.match(startWords({ kind: 'first', busy: 0 }), /first environment of this version/);
    assert.match(startWords({ kind: 'ended', busy: 0 }), /no environment was left/);
    assert.doesNotMatch(startWords({ kind: 'provisioned', busy: 0 }), /Cold/);
  });

  it('say which limit an invocation met', () => {
    assert.match(
      throttleWords('ReservedFunctionConcurrentInvocationLimitExceeded'),
      /reserved concurrency was all in use/,
    );
    assert.match(throttleWords('ConcurrentInvocationLimitExceeded'), /unreserved concurrency was all in use/);
    const { title, lines } = itemWords({
      kind: 'throttle',
      throttle: {
        ...{ functionName: 'f', qualifier: 'live', type: 'Event', at: 0, count: 12 },
        reason: 'ConcurrentInvocationLimitExceeded',
      },
    });
    assert.equal(title, 'Throttled 12 times: f');
    assert.ok(lines.includes('429 ConcurrentInvocationLimitExceeded'));
    assert.ok(lines.includes('Asynchronous: tried again later.'));
    const injected = itemWords({
      kind: 'throttle',
      throttle: {
        ...{ functionName: 'f', qualifier: '1', type: 'RequestResponse', at: 0, count: 1, isInjected: true },
        reason: 'ConcurrentInvocationLimitExceeded',
      },
    });
    assert.equal(injected.lines[0], 'A fault rule refused it: no limit was met.');
  });

  it('say of a cold run how long, why, what it cost, and how long it waited', () => {
    const model = new TimelineModel();
    const environment = environmentSummary('environment-12345678', 'f', {
      ...{ state: 'busy', startedAt: 1_000, startReason: { kind: 'busy', busy: 2 } },
    });
    model.apply({ type: 'environment', environment }, 1_150);
    const report = { durationMs: 20.4, billedMs: 171, memorySizeMb: 128, maxMemoryUsedMb: 60, initMs: 150 };
    const invocation = invocationSummary('r', 'f', {
      ...{ environmentId: environment.id, startedAt: 1_000, cold: true, report, status: 'error' },
      errorType: 'TypeError',
    });
    model.apply({ type: 'invocation', invocation }, 1_171);
    const lane = model.lane(environment.id)!;
    const { title, lines } = itemWords(laneItems(lane, 1_200)[1]!);
    assert.equal(title, 'Error · 20 ms · cold');
    assert.deepEqual(lines.slice(0, 6), [
      'Environment 12345678 of f, version $LATEST',
      'Cold because no environment was idle: all 2 were busy.',
      'TypeError',
      'Billed 171 ms, 60 of 128 MB',
      'Init 150 ms',
      'Waited 150 ms for its environment',
    ]);
    assert.ok(laneFacts(lane).lines.includes('1 invocation'));
  });
});

describe('the timeline’s page', () => {
  const html = pageHtml({
    cspSource: 'https://webview',
    nonce: 'n0nce',
    scriptUri: 'https://webview/timeline.js?a&b',
    styleUri: 'https://webview/timeline.css',
    language: 'de',
    messages: { 'Live "now"': '<Jetzt>' },
  });

  it('lets nothing in but its one script and its one style sheet', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/
      .exec(html)?.[1]
      ?.replaceAll('&#39;', "'");
    assert.equal(
      policy,
      "default-src 'none'; style-src https://webview; script-src 'nonce-n0nce'; base-uri 'none'; form-action 'none'",
    );
    assert.equal(html.match(/<script/g)?.length, 1);
    assert.match(html, /<script nonce="n0nce" src="https:\/\/webview\/timeline\.js\?a&#38;b"><\/script>/);
    assert.doesNotMatch(html, /\son\w+=|style="|javascript:/);
  });

  it('carries translations as data that can’t become markup', () => {
    assert.doesNotMatch(html, /<Jetzt>/);
    assert.match(html, /&#60;Jetzt&#62;/);
  });

  it('names everything for a screen reader', () => {
    for (const [button] of html.matchAll(/<button[^>]*>/g)) assert.match(button, /aria-label="[^"]+"/);
    assert.match(html, /role="application" aria-label="[^"]+arrows/);
  });

  it('is believed only where its messages are what they should be', () => {
    const good = { type: 'open', functionName: 'f', requestId: 'r', attempt: 1 };
    assert.equal(isFromPage(good), true);
    for (const bad of [
      ...[null, 'ready', {}, { type: 'run' }, { ...good, attempt: '1' }, { ...good, requestId: undefined }],
      { type: 'exported', format: 'exe', content: '' },
      { type: 'exported', format: 'png' },
    ])
      assert.equal(isFromPage(bad), false, JSON.stringify(bad));
  });
});
