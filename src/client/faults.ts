/** Fault rules of the host (docs/faults.md). */
import type { FaultRuleSummary, NewFaultRule } from '../protocol/faults.ts';
import { encodeRfc3986 } from '../protocol/sigv4.ts';
import type { HostClient } from './hostClient.ts';

const pathOf = (id: string, call = ''): string => `/lamplight/faults/${encodeRfc3986(id)}${call}`;

/** In the order in which they are asked. */
export async function faultRules(client: HostClient): Promise<readonly FaultRuleSummary[]> {
  const answer = (await client.control('GET', '/lamplight/faults')) as {
    readonly Rules: readonly FaultRuleSummary[];
  };
  return answer.Rules;
}

/** Rejects with AwsCallError (400), which names what is wrong with the rule. */
export async function addFault(client: HostClient, rule: NewFaultRule): Promise<FaultRuleSummary> {
  return (await client.control('POST', '/lamplight/faults', { body: rule })) as FaultRuleSummary;
}

/** Puts another rule under the id; its counts begin again. This and the others reject with AwsCallError (404) where there is none. */
export async function replaceFault(
  client: HostClient,
  id: string,
  rule: NewFaultRule,
): Promise<FaultRuleSummary> {
  return (await client.control('PUT', pathOf(id), { body: rule })) as FaultRuleSummary;
}

/** Its counts begin again: the same calls in the same order have the same faults as the first time. */
export async function resetFault(client: HostClient, id: string): Promise<FaultRuleSummary> {
  return (await client.control('POST', pathOf(id, '/reset'))) as FaultRuleSummary;
}

export async function enableFault(
  client: HostClient,
  id: string,
  enabled: boolean,
): Promise<FaultRuleSummary> {
  return (await client.control('POST', pathOf(id, enabled ? '/enable' : '/disable'))) as FaultRuleSummary;
}

export async function removeFault(client: HostClient, id: string): Promise<void> {
  await client.control('DELETE', pathOf(id));
}

/** Brings back what was removed, with its counts. */
export async function restoreFault(client: HostClient, id: string): Promise<FaultRuleSummary> {
  return (await client.control('POST', pathOf(id, '/restore'))) as FaultRuleSummary;
}

/** Removes all; their ids. */
export async function clearFaults(client: HostClient): Promise<readonly string[]> {
  const answer = (await client.control('DELETE', '/lamplight/faults')) as {
    readonly Removed: readonly string[];
  };
  return answer.Removed;
}
