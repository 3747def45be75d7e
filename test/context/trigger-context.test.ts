import type { INodeExecutionData, INodeType, ITriggerFunctions } from 'n8n-workflow';

import { Trigger } from '../../host/core';

/** A node that emits one item as soon as it is started. */
const nodeType: INodeType = {
	description: {
		displayName: 'Starter Trigger',
		name: 'starterTrigger',
		group: ['trigger'],
		version: 1,
		description: 'Starts at once',
		defaults: { name: 'Starter Trigger' },
		inputs: [],
		outputs: ['main'],
		properties: [],
	},
	async trigger(this: ITriggerFunctions) {
		this.emit([[{ json: { mode: this.getMode(), activation: this.getActivationMode() } }]]);
		return { closeFunction: async () => this.emit([[{ json: { closed: true } }]]) };
	},
};

it("runs trigger() in n8n's context, and stops it", async () => {
	const emitted: INodeExecutionData[][][] = [];
	const started = await new Trigger({ nodeType }).start((data) => emitted.push(data), 'init');
	await started?.closeFunction?.();
	expect(emitted).toEqual([[[{ json: { mode: 'trigger', activation: 'init' } }]], [[{ json: { closed: true } }]]]);
});
