import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeTypeDescription } from 'n8n-workflow';
import { NodeHelpers } from 'n8n-workflow';

import { deliver, type N8n, type WorkflowDefinition, type WorkflowNode } from '../../../../host';
import callScalerGuide from '../../../../host/simulators/payloads/callscaler-post-call.json';
import qCallGuide from '../../../../host/simulators/payloads/qcall-end-of-call.json';
import { CallScalerTrigger } from '../../../../nodes/CallScaler/CallScalerTrigger.node';
import { QCallTrigger } from '../../../../nodes/QCall/QCallTrigger.node';
import { oneN8n } from '../support/one-n8n';
import { type ProviderName, TriggerUnderTest } from '../support/trigger-under-test';

/**
 * A folder for each version of this package whose workflows people have: as n8n exports them, never changed since. Beside
 * a workflow is what its own nodes make of the guide's example call: of the item, that is what must never change. That
 * a later version gives more in it is nobody's harm.
 */
const SAVED = join(__dirname, '..', '..', '..', 'fixtures', 'saved');

const DESCRIPTION: Record<ProviderName, INodeTypeDescription> = {
	callScaler: new CallScalerTrigger().description,
	qCall: new QCallTrigger().description,
};

function read<Content>(packageVersion: string, name: string): Content {
	const content: Content = JSON.parse(readFileSync(join(SAVED, packageVersion, `${name}.json`), 'utf8'));
	return content;
}

/** The trigger is the first node of each saved workflow. */
function withTrigger(saved: WorkflowDefinition, change: (trigger: WorkflowNode) => WorkflowNode): WorkflowDefinition {
	return { ...saved, nodes: saved.nodes.map((each, index) => (index === 0 ? change(each) : each)) };
}

/** As if each parameter that this version knows had been saved, with its default. */
function spelledOut(description: INodeTypeDescription, trigger: WorkflowNode): WorkflowNode {
	const { properties } = description;
	const defaults = NodeHelpers.getNodeParameters(properties, {}, true, false, trigger, description);
	const options = properties.find(({ name }) => name === 'options')?.options ?? [];
	// One that is yes or no is on when a user adds it, and off where nobody did.
	const optionDefaults = options.map((option) => {
		const { type, default: fallback } = 'default' in option ? option : { type: undefined, default: undefined };
		return [option.name, type === 'boolean' ? false : fallback];
	});
	return { ...trigger, parameters: { ...defaults, options: Object.fromEntries(optionDefaults) } };
}

describe.each(readdirSync(SAVED))('A workflow saved with version %s of this package', (packageVersion) => {
	let n8n: N8n;
	beforeAll(async () => {
		n8n = await oneN8n();
	});

	/** The editor gives each workflow that it imports a URL of its own, too. */
	const load = (name: string) =>
		withTrigger(read<WorkflowDefinition>(packageVersion, name), (trigger) => ({
			...trigger,
			webhookId: crypto.randomUUID(),
		}));

	/** What the node behind the trigger makes of a call, which must be accepted. */
	async function mapped(trigger: TriggerUnderTest, call: Record<string, unknown>, nodeName: string) {
		expect((await trigger.call(call)).verdict).toBe('200 accepted');
		return await trigger.newestItems(nodeName);
	}

	test('CallScaler: filters, drops a duplicate and maps its fields as ever', async () => {
		const trigger = await TriggerUnderTest.import(n8n, 'callScaler', load('callscaler'));

		expect(await mapped(trigger, callScalerGuide, 'Lead')).toEqual([read(packageVersion, 'callscaler.mapped')]);
		expect((await trigger.call({ ...callScalerGuide, event: 'call.missed' })).verdict).toBe('200 duplicate');
		for (const other of [
			{ event: 'call.failed' },
			{ duration_seconds: 29 },
			{ qualified_ai: false },
			{ qualified_ai: null },
			{ call_flow_name: 'Flyer' },
			{ ai_category: 'spam' },
			{ utm_medium: 'organic' },
			{ caller_number: '' },
		]) {
			expect((await trigger.call({ ...callScalerGuide, call_id: 'another', ...other })).verdict).toBe('200 ignored');
		}
		const ignored = await Promise.all(
			(await trigger.executions()).map(async ({ id }) => (await n8n.executions.get(id)).items('Not a lead')),
		);
		expect(ignored.flat()).toHaveLength(9);
	});

	test('QCall: types its own fields, filters, drops a duplicate and maps its fields as ever', async () => {
		const trigger = await TriggerUnderTest.import(n8n, 'qCall', load('qcall'));
		const call = { ...qCallGuide, preferred_slot: 'Monday', people: '4' };

		expect(await mapped(trigger, call, 'Order')).toEqual([read(packageVersion, 'qcall.mapped')]);
		expect((await trigger.call({ ...call, recording_url: 'another' })).verdict).toBe('200 duplicate');
		for (const other of [{ call_outcome: 'Wrong number' }, { sentiment_analysis: 'Negative' }, { call_duration: 5 }]) {
			expect((await trigger.call({ ...call, order_id: 'another', ...other })).verdict).toBe('200 ignored');
		}
		expect((await trigger.call({ ...call, order_id: 'another', people: 'four' })).verdict).toBe('422 rejected');
		expect((await trigger.call({ ...call, order_id: 'another', preferred_slot: '' })).verdict).toBe('422 rejected');
	});

	test('QCall: answers the voice agent during the call, each time it asks', async () => {
		const trigger = await TriggerUnderTest.import(n8n, 'qCall', load('qcall-during-call'));
		for (const _time of [1, 2]) {
			const answer = await deliver(trigger.url, { json: qCallGuide, headers: trigger.secretHeader });
			expect([answer.status, answer.json]).toEqual([200, { say: `Order ${qCallGuide.order_id} is on its way.` }]);
		}
	});

	describe.each([
		{ provider: 'callScaler', saved: 'callscaler-minimal', call: callScalerGuide },
		{ provider: 'qCall', saved: 'qcall-minimal', call: qCallGuide },
	] as const)('$provider, nothing but the credential', ({ provider, saved, call }) => {
		test('behaves as if each parameter of today had been saved with its default', async () => {
			const minimal = load(saved);
			const full = withTrigger(minimal, (trigger) => ({
				...spelledOut(DESCRIPTION[provider], trigger),
				webhookId: crypto.randomUUID(),
			}));
			expect(minimal.nodes[0]?.parameters).toEqual({});
			expect(Object.keys(full.nodes[0]?.parameters ?? {}).length).toBeGreaterThan(5);

			const [ofMinimal, ofFull] = await Promise.all(
				[minimal, full].map(async (definition) => {
					const trigger = await TriggerUnderTest.import(n8n, provider, definition);
					return {
						item: await trigger.itemOfCall(call),
						again: (await trigger.call(call)).verdict,
						unauthenticated: (await trigger.send({ json: call, headers: {} })).verdict,
						executions: await trigger.executionCount(),
					};
				}),
			);
			expect(ofMinimal).toEqual({
				item: expect.objectContaining(call),
				again: '200 duplicate',
				unauthenticated: '401 rejected',
				executions: 1,
			});
			expect(ofFull).toEqual(ofMinimal);
		});
	});
});
